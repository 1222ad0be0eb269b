using ActorBroker.Log;

namespace ActorBroker.Cli.Bench;

/// <summary>A whole batch that is sent as often as wanted: no key, values of one size, the time of its making.</summary>
internal sealed record BenchBatch(ReadOnlyMemory<byte> Bytes, int Records)
{
    private const int RecordFrameBytesMax = 20;   // lengths, deltas and attributes around a value

    /// <summary>Holds as many records as fit, at least one.</summary>
    /// <param name="recordBytes">Size of each value.</param>
    /// <param name="batchBytes">Size of the whole batch, at most.</param>
    public static BenchBatch OfSize(int recordBytes, int batchBytes, DateTimeOffset time) =>
        Of(recordBytes, Math.Max((batchBytes - BatchView.HeaderBytes) / (recordBytes + RecordFrameBytesMax), 1), time);

    /// <param name="recordBytes">Size of each value.</param>
    public static BenchBatch Of(int recordBytes, int records, DateTimeOffset time)
    {
        var value = new byte[recordBytes];
        for (var i = 0; i < value.Length; i++) value[i] = (byte)('a' + (i % 26));
        var writer = new BatchWriter();
        for (var i = 0; i < records; i++) writer.Add(time.ToUnixTimeMilliseconds(), NullableBytes.Null, value);
        return new BenchBatch(writer.ToArray(), records);
    }
}
