using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>One record.</summary>
/// <param name="TimestampMs">Milliseconds since 1970, UTC, of the producer or, where the topic says so, of the broker; −1 for none.</param>
/// <param name="Key"><c>default</c> where the record has a null.</param>
/// <param name="Value"><c>default</c> where the record has a null: the key was deleted.</param>
/// <param name="Headers">In the producer's order; keys may repeat.</param>
/// <param name="LeaderEpoch">Leadership under which the record was written.</param>
public sealed record ConsumeResult<TKey, TValue>(
    TopicPartition TopicPartition,
    Offset Offset,
    long TimestampMs,
    TKey Key,
    TValue Value,
    IReadOnlyList<RecordHeader> Headers,
    LeaderEpoch LeaderEpoch)
{
    private static readonly long TimestampMsMax = DateTimeOffset.MaxValue.ToUnixTimeMilliseconds();

    public string Topic => TopicPartition.Topic;

    public int Partition => TopicPartition.Partition;

    /// <summary>Null for none, and where a producer has sent a time beyond the year 9999.</summary>
    public DateTimeOffset? Timestamp => TimestampMs >= 0 && TimestampMs <= TimestampMsMax ? DateTimeOffset.FromUnixTimeMilliseconds(TimestampMs) : null;
}
