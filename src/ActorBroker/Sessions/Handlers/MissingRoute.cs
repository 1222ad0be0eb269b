using ActorBroker.Kafka;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Why a partition is not served by this node, or not now.</summary>
internal static class MissingRoute
{
    /// <summary>Fenced, known and on its way up, known and led elsewhere, or not known at all.</summary>
    public static ErrorCode ErrorFor(NodeServices node, TopicPartition partition) =>
        node.Partitions.Find(partition) is { Fenced: not null } ? ErrorCode.KafkaStorageError
        : node.Metadata.Current.Topic(partition.Topic) is { } topic && partition.Partition >= 0 && partition.Partition < topic.Partitions.Length
            ? ErrorCode.NotLeaderOrFollower
            : ErrorCode.UnknownTopicOrPartition;
}
