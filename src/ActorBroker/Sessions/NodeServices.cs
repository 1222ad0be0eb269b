using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Native;
using Akka.Actor;

namespace ActorBroker.Sessions;

/// <summary>What sessions need of their node. Immutable, shared by all sessions.</summary>
/// <param name="TopicDefaults">Settings of topics that say nothing themselves.</param>
/// <param name="AutoCreate">Whether asking for a topic creates it.</param>
internal sealed record NodeServices(
    NodeId Node,
    IClusterMetadata Metadata,
    PartitionDirectory Partitions,
    IActorRef Groups,
    KafkaSettings Settings,
    SessionSettings Sessions,
    TopicSettings TopicDefaults,
    bool AutoCreate,
    TimeProvider Clock)
{
    public NodeLimits Limits { get; } = new(Settings, Clock);

    /// <summary>A reading of the node's clock, to be compared with others of the same node.</summary>
    public TimeSpan Now() => Clock.GetElapsedTime(0, Clock.GetTimestamp());
}
