using FsCheck.Fluent;

namespace ActorBroker.Log.Tests.Compression;

public sealed class PayloadCodecTests
{
    private static readonly int[] Sizes =
        [0, 1, 4, 5, 12, 13, 14, 31, 32, 64, 100, 300, 4_096, 32_768, 32_769, 65_535, 65_536, 65_537, 140_000];

    public static TheoryData<CompressionCodec> Codecs => [.. Enum.GetValues<CompressionCodec>()];

    [Theory, MemberData(nameof(Codecs))]
    public void What_is_compressed_decompresses_to_the_same(CompressionCodec codec)
    {
        foreach (var kind in Samples.Kinds)
        {
            foreach (var size in Sizes) AssertRoundTrip(codec, Samples.Make(kind, seed: (ulong)size + 1, size));
        }
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Any_bytes_survive_a_round_trip(CompressionCodec codec)
    {
        var repetitive = Gen.Choose(0, 3).Select(value => (byte)value).ArrayOf(2_000);
        var noise = Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf();
        Properties.Holds(
            Gen.OneOf(repetitive, noise, noise.SelectMany(a => repetitive.Select(b => (byte[])[.. a, .. b, .. a]))),
            bytes => RoundTrips(codec, bytes));
    }

    [Fact]
    public void Raw_snappy_is_read_as_well_as_xerial()
    {
        foreach (var kind in Samples.Kinds)
        {
            foreach (var size in Sizes)
            {
                var plain = Samples.Make(kind, seed: 3, size);
                using var raw = new OutputBuffer(int.MaxValue);
                SnappyCodec.CompressBlock(plain, raw);
                Assert.Equal(BatchError.None, PayloadCodec.Decompress(CompressionCodec.Snappy, raw.Written, size, out var again));
                using (again) Assert.True(again!.Bytes.Span.SequenceEqual(plain));
            }
        }
    }

    [Theory, MemberData(nameof(Codecs))]
    public void Random_bytes_are_refused_or_decompress_within_the_bound(CompressionCodec codec)
    {
        Properties.Holds(
            Gen.Choose(0, 255).Select(value => (byte)value).ArrayOf(),
            bytes => EndsWithinTheBound(codec, bytes, 1_000),
            runs: 300);
    }

    [Theory, MemberData(nameof(Codecs))]
    public void A_damaged_stream_of_ours_is_refused_or_decompresses_within_the_bound(CompressionCodec codec)
    {
        using var whole = PayloadCodec.Compress(codec, Samples.Make("lines", seed: 1, size: 3_000));
        var stream = whole.Bytes.ToArray();
        for (var at = 0; at < stream.Length; at++)
        {
            foreach (var flip in new byte[] { 0x01, 0x10, 0x80, 0xff })
            {
                stream[at] ^= flip;
                Assert.True(EndsWithinTheBound(codec, stream, 5_000));
                stream[at] ^= flip;
            }
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    [InlineData(CompressionCodec.Snappy)]
    public void A_stream_of_ours_cut_at_any_byte_is_refused(CompressionCodec codec)
    {
        using var whole = PayloadCodec.Compress(codec, Samples.Make("lines", seed: 1, size: 3_000));
        for (var length = 0; length < whole.Length; length++)
        {
            var error = PayloadCodec.Decompress(codec, whole.Bytes.Span[..length], 5_000, out var plain);
            using (plain)
            {
                // A xerial stream of no chunks is whole, and says nothing.
                if (codec == CompressionCodec.Snappy && length == 16) Assert.Equal(0, plain?.Length);
                else Assert.NotEqual(BatchError.None, error);
            }
        }
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Snappy)]
    [InlineData(CompressionCodec.Lz4)]
    [InlineData(CompressionCodec.Zstd)]
    public void A_bomb_is_stopped_at_the_bound(CompressionCodec codec)
    {
        using var bomb = PayloadCodec.Compress(codec, new byte[20 << 20]);

        Assert.Equal(BatchError.TooLarge, PayloadCodec.Decompress(codec, bomb.Bytes.Span, 1 << 20, out var plain));

        Assert.Null(plain);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(6)]
    [InlineData(7)]
    public void A_codec_that_nobody_defined_is_refused(byte codec) =>
        Assert.Equal(BatchError.BadCompression, PayloadCodec.Decompress((CompressionCodec)codec, [1, 2, 3], 100, out _));

    [Fact]
    public void Gzip_members_follow_each_other_and_nothing_else_does()
    {
        using var member = PayloadCodec.Compress(CompressionCodec.Gzip, "abc"u8);
        byte[] two = [.. member.Bytes.Span, .. member.Bytes.Span];
        Assert.Equal(BatchError.None, PayloadCodec.Decompress(CompressionCodec.Gzip, two, 6, out var plain));
        using (plain) Assert.Equal("abcabc"u8, plain!.Bytes.Span);
        Assert.Equal(BatchError.BadCompression, PayloadCodec.Decompress(CompressionCodec.Gzip, [.. two, 1, 2, 3], 100, out _));
    }

    [Fact]
    public void A_checksum_that_does_not_match_is_refused()
    {
        // Stored plain, so that nothing but the checksum can notice.
        byte[] zstd = [0x28, 0xb5, 0x2f, 0xfd, 0x24, 3, 0x19, 0, 0, 1, 2, 3, 0, 0, 0, 0];
        BitConverter.TryWriteBytes(zstd.AsSpan(12), (uint)XxHash.Hash64([1, 2, 3]));
        Assert.Equal(BatchError.None, PayloadCodec.Decompress(CompressionCodec.Zstd, zstd, 3, out var plain));
        using (plain) Assert.Equal([1, 2, 3], plain!.Bytes.ToArray());
        zstd[10] ^= 1;
        Assert.Equal(BatchError.BadCompression, PayloadCodec.Decompress(CompressionCodec.Zstd, zstd, 3, out _));
    }

    [Fact]
    public void The_hashes_are_xxhash()
    {
        Assert.Equal(0x02cc5d05u, XxHash.Hash32([]));
        Assert.Equal(0x32d153ffu, XxHash.Hash32("abc"u8));
        Assert.Equal(0xef46db3751d8e999ul, XxHash.Hash64([]));
        Assert.Equal(0x44bc2cf5ad770999ul, XxHash.Hash64("abc"u8));
    }

    [Fact]
    public void The_predefined_distributions_fill_their_tables()
    {
        Assert.Equal(1 << ZstdCodes.LiteralLengthDefaultAccuracy, StatesOf(ZstdCodes.LiteralLengthDefault));
        Assert.Equal(1 << ZstdCodes.MatchLengthDefaultAccuracy, StatesOf(ZstdCodes.MatchLengthDefault));
        Assert.Equal(1 << ZstdCodes.OffsetDefaultAccuracy, StatesOf(ZstdCodes.OffsetDefault));
        AssertNoGaps(ZstdCodes.LiteralLengthBase, ZstdCodes.LiteralLengthBits);
        AssertNoGaps(ZstdCodes.MatchLengthBase, ZstdCodes.MatchLengthBits);
    }

    private static int StatesOf(ReadOnlySpan<short> probabilities)
    {
        var states = 0;
        foreach (var probability in probabilities) states += Math.Abs((int)probability);
        return states;
    }

    private static void AssertNoGaps(ReadOnlySpan<int> bases, ReadOnlySpan<byte> bits)
    {
        Assert.Equal(bases.Length, bits.Length);
        for (var code = 1; code < bases.Length; code++) Assert.Equal(bases[code - 1] + (1 << bits[code - 1]), bases[code]);
    }

    private static void AssertRoundTrip(CompressionCodec codec, byte[] plain) =>
        Assert.True(RoundTrips(codec, plain), $"{codec}, {plain.Length} bytes");

    private static bool RoundTrips(CompressionCodec codec, byte[] plain)
    {
        using var compressed = PayloadCodec.Compress(codec, plain);
        var error = PayloadCodec.Decompress(codec, compressed.Bytes.Span, plain.Length, out var again);
        using (again) return error == BatchError.None && again!.Bytes.Span.SequenceEqual(plain);
    }

    private static bool EndsWithinTheBound(CompressionCodec codec, byte[] stream, int bytesMax)
    {
        var error = PayloadCodec.Decompress(codec, stream, bytesMax, out var plain);
        using (plain) return error == BatchError.None ? plain!.Length <= bytesMax : plain is null;
    }
}
