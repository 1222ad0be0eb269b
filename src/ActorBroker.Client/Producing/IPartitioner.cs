using ActorBroker.Log;

namespace ActorBroker.Client;

/// <summary>Chooses partitions for records that name none. Used from many threads at a time.</summary>
public interface IPartitioner
{
    /// <param name="key">As it was serialized.</param>
    /// <param name="partitionCount">Of the topic; at least 1. May rise.</param>
    /// <returns>0 … <paramref name="partitionCount"/> − 1.</returns>
    int Choose(string topic, NullableBytes key, int partitionCount);

    /// <summary>A batch of this partition takes no more records: time to turn to another one.</summary>
    void BatchClosed(string topic, int partition);
}
