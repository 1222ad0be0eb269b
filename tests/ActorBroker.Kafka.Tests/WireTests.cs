using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Tests;

public sealed class WireTests
{
    [Fact]
    public void Large_blocks_are_spliced_in_by_reference_and_keep_their_place()
    {
        using var writer = new WireWriter();
        var block = new byte[5000];
        new Random(1).NextBytes(block);

        writer.WriteInt32(0);
        writer.WriteString("before", isFlexible: false);
        writer.WriteBytes(block, isFlexible: true);
        writer.WriteInt64(42);
        writer.PatchFirstInt32(writer.Length - 4);

        Assert.Contains(writer.Segments, segment => System.Runtime.InteropServices.MemoryMarshal.TryGetArray(segment, out var array) && ReferenceEquals(array.Array, block));
        var reader = new WireReader(writer.ToArray());
        Assert.Equal(writer.Length - 4, reader.ReadInt32());
        Assert.Equal("before", reader.ReadString(isFlexible: false));
        Assert.Equal(block, reader.ReadBytes(isFlexible: true).ToArray());
        Assert.Equal(42, reader.ReadInt64());
        Assert.Equal((WireError.None, 0), (reader.Error, reader.Remaining));
    }

    [Fact]
    public void A_writer_can_be_used_again()
    {
        using var writer = new WireWriter();
        for (var i = 0; i < 1000; i++)
        {
            writer.WriteString(new string('x', i), isFlexible: true);
        }

        writer.Reset();
        writer.WriteInt16(7);

        Assert.Equal([0, 7], writer.ToArray());
    }

    [Fact]
    public void A_string_too_long_for_its_version_is_refused()
    {
        using var writer = new WireWriter();
        var text = new string('x', short.MaxValue + 1);

        Assert.Throws<ArgumentException>(() => writer.WriteString(text, isFlexible: false));
        writer.WriteString(text, isFlexible: true);
        Assert.Equal(text, new WireReader(writer.ToArray()).ReadString(isFlexible: true));
    }

    [Theory]
    [InlineData("ffffffff7f", WireError.VarIntTooLong)]
    [InlineData("ffffffffff01", WireError.VarIntTooLong)]
    [InlineData("80", WireError.EndOfFrame)]
    public void An_overlong_or_cut_number_is_an_error(string hex, WireError expected)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        reader.ReadUnsignedVarInt();
        Assert.Equal(expected, reader.Error);
    }

    [Theory]
    [InlineData("0201000100", WireError.TagsOutOfOrder)]    // tag 1, then tag 1 again
    [InlineData("010005", WireError.EndOfFrame)]            // a field longer than the rest
    [InlineData("ff01", WireError.CountExceedsFrame)]
    public void Bad_tagged_fields_are_an_error(string hex, WireError expected)
    {
        var reader = new WireReader(Convert.FromHexString(hex));
        reader.SkipTags();
        Assert.Equal(expected, reader.Error);
    }

    [Fact]
    public void After_an_error_nothing_more_is_read()
    {
        var reader = new WireReader(new byte[] { 0, 1, 2 });
        Assert.Equal(0, reader.ReadInt64());
        Assert.Equal(0, reader.ReadInt16());
        Assert.Equal("", reader.ReadString(isFlexible: false));
        Assert.Equal(WireError.EndOfFrame, reader.Error);
    }

    [Theory]
    [InlineData("000000", FrameOutcome.Incomplete)]
    [InlineData("0000000201", FrameOutcome.Incomplete)]
    [InlineData("000000020102", FrameOutcome.Frame)]
    [InlineData("ffffffff", FrameOutcome.NegativeLength)]
    [InlineData("00000065", FrameOutcome.TooLarge)]
    public void Frames_are_found_by_their_length(string hex, FrameOutcome expected) =>
        Assert.Equal(expected, FrameReader.Look(Convert.FromHexString(hex), 100, out _));

    [Fact]
    public void What_is_announced_can_be_read_and_written()
    {
        foreach (var (key, (min, max)) in ApiVersions.Advertise)
        {
            var known = ApiVersions.Known(key);
            Assert.NotNull(known);
            Assert.True(min >= 0 && max <= known.Value.Max && max >= known.Value.Min, $"{key} {min}-{max}, known {known}");
        }
    }

    [Fact]
    public void Minima_that_clients_draw_conclusions_from_are_low_enough()
    {
        Assert.Equal(0, ApiVersions.Advertise[ApiKey.Produce].Min);
        Assert.Equal(0, ApiVersions.Advertise[ApiKey.FindCoordinator].Min);
        Assert.Equal(0, ApiVersions.Advertise[ApiKey.InitProducerId].Min);
        Assert.True(ApiVersions.Advertise[ApiKey.ListOffsets].Min <= 1);
        Assert.True(ApiVersions.Advertise[ApiKey.OffsetCommit].Min <= 2);
        Assert.True(ApiVersions.Advertise[ApiKey.OffsetFetch].Min <= 1);
    }

    [Fact]
    public void The_answer_to_ApiVersions_has_the_oldest_header_in_every_version()
    {
        for (short version = 0; version <= 4; version++)
        {
            Assert.Equal(0, ApiVersions.ResponseHeaderVersion(ApiKey.ApiVersions, version));
        }

        Assert.Equal(2, ApiVersions.RequestHeaderVersion(ApiKey.ApiVersions, 3));
        Assert.Equal(1, ApiVersions.ResponseHeaderVersion(ApiKey.Fetch, 12));
    }
}
