using System.Globalization;
using System.Text.Json;

namespace ActorBroker.Log.Tests.Vectors;

public sealed class PrimitiveVectorTests
{
    private readonly JsonElement _expected = VectorFolder.Expected("primitives");

    [Fact]
    public void A_zigzag_varint_reads_and_writes_as_the_vector_says()
    {
        Span<byte> written = stackalloc byte[VarInt.BytesMax64];
        foreach (var sample in _expected.GetProperty("zigzagVarint").EnumerateArray())
        {
            var value = long.Parse(sample.GetProperty("value").GetString()!, CultureInfo.InvariantCulture);
            var bytes = Hex(sample, "hex");
            var at = 0;
            Assert.True(VarInt.TryRead(bytes, ref at, out long read));
            Assert.Equal(value, read);
            Assert.Equal(bytes.Length, at);
            Assert.Equal(bytes.Length, VarInt.SizeOf(value));
            Assert.Equal(bytes, written[..VarInt.Write(written, value)].ToArray());
            at = 0;
            Assert.Equal(value is >= int.MinValue and <= int.MaxValue, VarInt.TryRead(bytes, ref at, out int narrow) && narrow == value);
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("80")]
    [InlineData("ffffffff10")]
    [InlineData("ffffffff8f00")]
    public void A_varint_that_is_cut_off_or_too_long_for_an_int_is_refused(string hex)
    {
        var at = 0;
        Assert.False(VarInt.TryRead(Convert.FromHexString(hex), ref at, out int _));
    }

    [Theory]
    [InlineData("ffffffffffffffffff")]
    [InlineData("ffffffffffffffffff02")]
    [InlineData("ffffffffffffffffff8100")]
    public void A_varint_that_is_cut_off_or_too_long_for_a_long_is_refused(string hex)
    {
        var at = 0;
        Assert.False(VarInt.TryRead(Convert.FromHexString(hex), ref at, out long _));
    }

    [Fact]
    public void The_checksum_is_the_one_of_the_vector()
    {
        foreach (var sample in _expected.GetProperty("crc32c").EnumerateArray())
        {
            var expected = uint.Parse(sample.GetProperty("crc32c").GetString()!, NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            Assert.Equal(expected, Crc32C.Of(Hex(sample, "inputHex")));
        }
    }

    [Fact]
    public void A_key_hashes_and_lands_where_the_java_client_puts_it()
    {
        foreach (var sample in _expected.GetProperty("murmur2").EnumerateArray())
        {
            var key = Hex(sample, "keyHex");
            Assert.Equal(sample.GetProperty("murmur2").GetUInt32(), Murmur2.Hash(key));
            Assert.Equal(sample.GetProperty("partitionOf10").GetInt32(), Murmur2.PartitionOf(key, 10));
        }
    }

    private static byte[] Hex(JsonElement sample, string name) => Convert.FromHexString(sample.GetProperty(name).GetString()!);
}
