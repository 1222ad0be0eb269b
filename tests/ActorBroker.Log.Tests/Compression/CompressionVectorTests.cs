using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace ActorBroker.Log.Tests.Compression;

/// <summary>Streams that the reference libraries wrote (libzstd 1.5.4, liblz4, libsnappy), over data that <see cref="Samples"/>
/// makes again.</summary>
public sealed class CompressionVectorTests
{
    private static readonly JsonSerializerOptions WithNames =
        new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter() } };

    private static readonly Lazy<Dictionary<string, Vector>> All = new(() => JsonSerializer
        .Deserialize<Vector[]>(File.ReadAllText(Path.Combine(Folder(), "vectors.json")), WithNames)!
        .ToDictionary(vector => vector.Name));

    public static TheoryData<string> Names => [.. All.Value.Keys];

    [Theory, MemberData(nameof(Names))]
    public void A_stream_of_a_reference_library_decompresses_to_what_was_put_in(string name)
    {
        var vector = All.Value[name];

        Assert.Equal(BatchError.None, PayloadCodec.Decompress(vector.Codec, Stream(name), vector.Size, out var plain));

        using (plain)
        {
            Assert.Equal(vector.Size, plain!.Length);
            Assert.Equal(vector.Sha256, Convert.ToHexStringLower(SHA256.HashData(plain.Bytes.Span)));
            Assert.True(plain.Bytes.Span.SequenceEqual(Samples.Make(vector.Kind, vector.Seed, vector.Size)));
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_bound_one_byte_too_small_stops_the_decompression(string name)
    {
        var vector = All.Value[name];
        if (vector.Size == 0) return;

        Assert.Equal(BatchError.TooLarge, PayloadCodec.Decompress(vector.Codec, Stream(name), vector.Size - 1, out var plain));

        Assert.Null(plain);
    }

    [Theory, MemberData(nameof(Names))]
    public void A_stream_that_is_cut_off_is_never_taken_for_whole(string name)
    {
        var vector = All.Value[name];
        var stream = Stream(name);

        // Every cut of short streams; of long ones every cut near both ends and one in a few thousand between.
        var step = Math.Max(1, stream.Length / 40);
        for (var length = 0; length < stream.Length; length++)
        {
            if (length > 100 && stream.Length - length > 20 && length % step != 0) continue;
            var error = PayloadCodec.Decompress(vector.Codec, stream.AsSpan(0, length), vector.Size, out var plain);
            using (plain)
            {
                if (error == BatchError.None) Assert.True(IsWholePrefix(vector, length, plain!.Length), $"cut at {length}");
            }
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void A_damaged_stream_ends_in_an_error_or_within_the_bound(string name)
    {
        var vector = All.Value[name];
        var stream = Stream(name);
        var random = new Random(vector.Size);   // a seed
        for (var i = 0; i < (stream.Length > 20_000 ? 10 : 60); i++)
        {
            var damaged = stream.ToArray();
            for (var hits = random.Next(1, 4); hits > 0 && damaged.Length > 0; hits--)
            {
                var at = random.Next(2) == 0 ? random.Next(damaged.Length) : random.Next(Math.Min(64, damaged.Length));
                damaged[at] ^= (byte)(1 << random.Next(8));
            }

            var bytesMax = random.Next(2 * vector.Size + 2);
            var error = PayloadCodec.Decompress(vector.Codec, damaged, bytesMax, out var plain);
            using (plain)
            {
                Assert.Equal(error == BatchError.None, plain is not null);
                Assert.True(plain is null || plain.Length <= bytesMax);
            }
        }
    }

    /// <summary>Concatenated frames and xerial chunks are whole without those that would follow; nothing else is.</summary>
    private static bool IsWholePrefix(Vector vector, int cutAt, int plainBytes) => vector.Name switch
    {
        "zstd-three-frames" => plainBytes is 20_000 or 20_001,
        var name when name.EndsWith("xerial", StringComparison.Ordinal) => plainBytes % 32_768 == 0 && cutAt >= 16,
        _ => false,
    };

    private static byte[] Stream(string name) => File.ReadAllBytes(Path.Combine(Folder(), name + ".bin"));

    private static string Folder() => Path.Combine(SourceFolder.OfTests, "Compression", "Vectors");

    private sealed record Vector(
        string Name, CompressionCodec Codec, string Kind, ulong Seed, int Size, string Sha256, string What);
}
