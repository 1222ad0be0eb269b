using ActorBroker.Log;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>Batches to measure with.</summary>
internal static class Batches
{
    private const int RecordBytes = 100;

    /// <summary>Records of 100 bytes, together about so large.</summary>
    public static byte[] OfSize(int batchBytes)
    {
        var writer = new BatchWriter();
        var value = new byte[RecordBytes];
        Array.Fill(value, (byte)'a');
        while (writer.SizeInBytes + RecordBytes < batchBytes) writer.Add(1_700_000_000_000, NullableBytes.Null, value);
        return writer.ToArray();
    }
}
