namespace ActorBroker.Log;

/// <summary>One batch that has its offsets and waits for the write.</summary>
internal readonly record struct StagedBatch(ReadOnlyMemory<byte> Bytes, Offset BaseOffset, Offset LastOffset, long MaxTimestamp)
{
    public Offset NextOffset => LastOffset + 1;
}
