using ActorBroker.Kafka;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Why a partition is not served by this node, or not now.</summary>
internal enum RouteGap
{
    /// <summary>Here, and refuses this after a storage error.</summary>
    Fenced,

    /// <summary>Known, and without a leader now: on its way up, or on a node that is down.</summary>
    NotLed,

    /// <summary>Known, and not here.</summary>
    Elsewhere,

    /// <summary>Not known at all.</summary>
    Unknown,
}

/// <summary>Finds out why there is no route to a partition.</summary>
internal static class MissingRoute
{
    public static RouteGap Gap(NodeServices node, TopicPartition partition)
    {
        var image = node.Metadata.Current;
        return node.Partitions.Find(partition) is { Fenced: not null } ? RouteGap.Fenced
            : image.Partition(partition) is not { } known ? RouteGap.Unknown
            : image.LeaderOf(known) == NodeId.None ? RouteGap.NotLed
            : RouteGap.Elsewhere;
    }

    /// <summary>What a Kafka client hears. One that is told that there is no leader yet asks for metadata as well.</summary>
    public static ErrorCode ErrorFor(NodeServices node, TopicPartition partition) => Gap(node, partition) switch
    {
        RouteGap.Fenced => ErrorCode.KafkaStorageError,
        RouteGap.NotLed or RouteGap.Elsewhere => ErrorCode.NotLeaderOrFollower,
        RouteGap.Unknown => ErrorCode.UnknownTopicOrPartition,
    };
}
