using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>Chooses partitions as the Java client does: by murmur2 of the key; without a key the same partition until a batch is full.</summary>
internal sealed class Partitioner(int partitionCount, long seed)
{
    private int _sticky = (int)((ulong)seed % (ulong)partitionCount);

    public int Choose(NullableBytes key) => key.IsNull ? _sticky : Murmur2.PartitionOf(key.Span, partitionCount);

    /// <summary>A batch of this partition was finished: records without a key go to the next one.</summary>
    public void BatchFinished(int partition)
    {
        if (partition == _sticky) _sticky = (_sticky + 1) % partitionCount;
    }
}
