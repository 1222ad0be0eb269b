using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>Where an acknowledged record is.</summary>
/// <param name="Offset">Within the partition.</param>
/// <param name="TimestampMs">Milliseconds since 1970, UTC: the record's, or the broker's where the topic uses log append time.</param>
public readonly record struct RecordMetadata(TopicPartition TopicPartition, Offset Offset, long TimestampMs)
{
    public DateTimeOffset Timestamp => DateTimeOffset.FromUnixTimeMilliseconds(TimestampMs);
}
