using System.Buffers.Binary;
using System.Text;
using ActorBroker.Fuzz.Running;
using ActorBroker.Log;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Record batches to begin with, and how a damaged one gets past the first checks.</summary>
internal static class Batches
{
    private const int LengthAt = 8;
    private const int CrcAt = 17;
    private const int CrcFrom = 21;

    /// <summary>Those that clients sent, and one of each codec with records of every kind.</summary>
    public static IReadOnlyList<FuzzSeed> Seeds { get; } =
    [
        .. TestData.Vectors("ActorBroker.Log.Tests/Vectors", "batch-"),
        .. Enum.GetValues<CompressionCodec>().Select(codec => new FuzzSeed($"own-{codec}", Make(codec, -1))),
        .. Enum.GetValues<CompressionCodec>().Select(codec => new FuzzSeed($"own-idempotent-{codec}", Make(codec, 17))),
    ];

    public static byte[] Make(CompressionCodec codec, long producerId)
    {
        var batch = new BatchWriter { Codec = codec, ProducerId = producerId, ProducerEpoch = (short)(producerId < 0 ? -1 : 0), BaseSequence = producerId < 0 ? -1 : 0 };
        for (var i = 0; i < 20; i++)
        {
            batch.Add(1_700_000_000_000 + (i * 250), Encoding.UTF8.GetBytes($"key {i % 3}"), Encoding.UTF8.GetBytes($"value {i} of this batch, and some words that come again and again"));
        }

        return batch.ToArray();
    }

    /// <summary>Length and checksum as they should be for these bytes.</summary>
    public static void MakeWhole(Span<byte> batch)
    {
        if (batch.Length < BatchView.HeaderBytes)
        {
            return;
        }

        BinaryPrimitives.WriteInt32BigEndian(batch[LengthAt..], batch.Length - 12);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[CrcFrom..]));
    }
}
