using ActorBroker.Log.Files;
using ActorBroker.Testing;
using static ActorBroker.Log.Tests.LogFixture;

namespace ActorBroker.Log.Tests.Segments;

/// <summary>Kafka's index formats, byte by byte, and searching in them.</summary>
public sealed class IndexTests
{
    private readonly MemoryDisk _disk = new();

    [Fact]
    public void Index_files_hold_Kafkas_bytes()
    {
        var fixture = new LogFixture { Settings = Small with { IndexIntervalBytes = 150 } };
        var log = fixture.Open();
        long[] times = [1000, 3000, 2000, 2500, 4000, 4000];
        for (var i = 0; i < times.Length; i++) log.Append(Batch(times[i], $"{i}".PadRight(32, '.'), "second"), Epoch(1));
        var size = (int)log.SizeInBytes / times.Length;
        log.Close();

        // An entry is due once more than 150 bytes lie behind the last: at every second batch, which it names by its last offset.
        Assert.Equal(
            $"00000005{2 * size:X8}" + $"00000009{4 * size:X8}", Convert.ToHexString(fixture.Disk.Contents()[IndexPath(0)]));

        // The largest time so far, and the batch that brought it; closing adds nothing, since 4000 is there.
        Assert.Equal(
            $"{3000:X16}00000003" + $"{4000:X16}00000009", Convert.ToHexString(fixture.Disk.Contents()[TimeIndexPath(0)]));
    }

    [Fact]
    public void Closing_adds_the_largest_time_to_the_time_index()
    {
        var fixture = new LogFixture();
        var log = fixture.Open();
        log.Append(Batch(7000, "a"), Epoch(1));
        log.Append(Batch(6000, "b"), Epoch(1));
        log.Close();

        Assert.Equal($"{7000:X16}00000000", Convert.ToHexString(fixture.Disk.Contents()[TimeIndexPath(0)]));
        Assert.Empty(fixture.Disk.Contents()[IndexPath(0)]);
    }

    [Fact]
    public void The_greatest_entry_at_or_below_an_offset_is_found_in_the_file_and_in_memory()
    {
        using var index = new OffsetIndex(_disk, "/i", At(1000), isNew: true);
        for (var i = 0; i < 200; i++) index.Add(At(1000 + (10 * i)), i * 100);

        Assert.Equal(200, index.Count);
        Assert.False(index.TryFloor(At(999), out _, out var start));
        Assert.Equal(0, start);
        for (var i = 0; i < 2000; i++)
        {
            Assert.True(index.TryFloor(At(1000 + i), out var offset, out var position));
            Assert.Equal((At(1000 + (i / 10 * 10)), i / 10 * 100), (offset, position));
        }

        index.TruncateTo(At(1500));
        Assert.Equal((50, At(1490)), (index.Count, index[49].LastOffset));
        index.Add(At(1700), 9999);
        Assert.True(index.TryFloor(At(5000), out var last, out _));
        Assert.Equal(At(1700), last);
    }

    [Fact]
    public void Entries_survive_closing_the_file_and_a_new_index_forgets_old_ones()
    {
        using (var index = new OffsetIndex(_disk, "/i", At(0), isNew: true))
        {
            index.Add(At(4), 40);
            index.File.CloseFile();
            index.Add(At(8), 80);
            index.File.CloseFile();
            Assert.Equal((2, (At(8), 80)), (index.Count, index[1]));
        }

        using var reopened = new OffsetIndex(_disk, "/i", At(0), isNew: false);
        Assert.Equal((2, (At(4), 40)), (reopened.Count, reopened[0]));
        using var renewed = new OffsetIndex(_disk, "/i", At(0), isNew: true);
        renewed.Add(At(1), 10);
        renewed.File.Spill();
        Assert.Equal(8, _disk.Contents()["/i"].Length);
    }

    [Fact]
    public void The_first_candidate_for_a_time_is_behind_all_that_are_older()
    {
        using var index = new TimeIndex(_disk, "/t", At(100), isNew: true);
        index.Add(50, At(110));
        index.Add(50, At(120));
        index.Add(40, At(130));
        index.Add(70, At(140));

        Assert.Equal((2, 70L), (index.Count, index.LastTimestamp));
        Assert.Equal(
            [At(100), At(100), At(111), At(111), At(141)], new long[] { 1, 50, 51, 70, 71 }.Select(index.FirstCandidate));
        Assert.True(index.IsSane(At(141)));
        Assert.False(index.IsSane(At(140)));
        index.TruncateTo(At(140));
        Assert.Equal((1, 50L), (index.Count, index.LastTimestamp));
    }

    [Fact]
    public void An_index_that_became_shorter_while_open_is_told()
    {
        using var index = new OffsetIndex(_disk, "/i", At(0), isNew: true);
        index.Add(At(4), 40);
        index.File.Spill();
        _disk.Open("/i").SetLength(0);

        Assert.Equal("/i", Assert.Throws<LogIOException>(() => index[0]).Path);
    }

    [Theory, InlineData(0, "00000000000000000000.log"), InlineData(long.MaxValue, "09223372036854775807.log")]
    public void A_segments_name_is_its_base_offset_in_twenty_digits(long offset, string name)
    {
        Assert.Equal(name, SegmentFileName.Of(At(offset), SegmentFileName.Log));
        Assert.True(SegmentFileName.TryParse(name, SegmentFileName.Log, out var parsed));
        Assert.Equal(At(offset), parsed);
    }

    [Theory]
    [InlineData("0.log"), InlineData("0000000000000000000a.log"), InlineData("09223372036854775808.log"), InlineData("00000000000000000000.LOG")]
    [InlineData("00000000000000000000.log.deleted"), InlineData("+0000000000000000001.log"), InlineData("00000000000000000000")]
    public void Any_other_name_is_not_a_segments(string name) =>
        Assert.False(SegmentFileName.TryParse(name, SegmentFileName.Log, out _));

    [Fact]
    public void A_file_is_closed_by_whoever_gives_it_back_last()
    {
        var file = new SharedFile(_disk.Open("/f"));
        var other = file.Share();
        file.Release();
        other.File.Write([1], 0);
        other.Release();

        Assert.Throws<LogIOException>(() => file.File.Length);
        Assert.Throws<InvariantException>(file.Release);
    }
}
