using ActorBroker.Fuzz.Running;
using ActorBroker.Log;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Compressed streams of other programs, given to our decompressors.</summary>
internal sealed class CompressionTarget : FuzzTarget
{
    private const int PlainBytesMax = 1 << 20;

    public override string Name => "compressed";

    public override int Weight => 20;

    public override IReadOnlyList<FuzzSeed> Seeds { get; } =
    [
        .. TestData.FilesOf("ActorBroker.Log.Tests/Compression/Vectors", "*.bin", 24 * 1024),
        .. Enum.GetValues<CompressionCodec>().Where(codec => codec != CompressionCodec.None).Select(codec => new FuzzSeed($"{codec}-own", Compressed(codec))),
    ];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var codec = Enum.Parse<CompressionCodec>(seed.Name.Split('-')[0], ignoreCase: true);
        var error = PayloadCodec.Decompress(codec, input, PlainBytesMax, out var plain);
        using (plain)
        {
            if ((error == BatchError.None) != (plain is not null) || plain?.Bytes.Length > PlainBytesMax)
            {
                throw new FuzzFailure($"decompressed: {error} with {plain?.Bytes.Length} bytes");
            }
        }
    }

    public override long AllocatedMax(FuzzSeed seed, int inputBytes) => base.AllocatedMax(seed, inputBytes) + (3L * PlainBytesMax);

    private static byte[] Compressed(CompressionCodec codec)
    {
        var plain = new byte[6000];
        for (var i = 0; i < plain.Length; i++) plain[i] = (byte)((i * i / 7) ^ (i >> 5));
        using var compressed = PayloadCodec.Compress(codec, plain);
        return compressed.Bytes.ToArray();
    }
}
