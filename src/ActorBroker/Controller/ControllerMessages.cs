using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Command to the controller. Each names its answers; each answer carries the command's <see cref="RequestId"/>.</summary>
public interface IControllerCommand
{
    RequestId Id { get; }
}

/// <summary>Why the controller changed nothing.</summary>
public enum ControllerError
{
    TopicExists,
    UnknownTopic,
    InvalidTopicName,
    InvalidPartitions,
    InvalidReplicationFactor,
    InvalidAssignment,
    InvalidConfig,
    TimedOut,
    StorageFailed,

    /// <summary>No metadata leader is known, or it has no majority: try again.</summary>
    NotAvailable,
    UnknownNode,

    /// <summary>There is no other node that could take what a node has.</summary>
    NoOtherNode,
    UnknownPartition,

    /// <summary>The partition is where it shall be, and does not move.</summary>
    NoMoveUnderWay,
}

/// <summary>Command: create a topic. Answered by <see cref="TopicReady"/> once its partitions have leaders, or by <see cref="ControllerRefused"/>.</summary>
/// <param name="Partitions">Number of partitions; −1: the node's default.</param>
/// <param name="ReplicationFactor">−1: the node's default.</param>
/// <param name="Assignment">Node ids per partition; empty: the controller chooses.</param>
/// <param name="ValidateOnly">Say what would happen, change nothing.</param>
/// <param name="Timeout">How long to wait for leaders; the topic exists all the same when it is over.</param>
public sealed record CreateTopic(
    RequestId Id,
    string Name,
    int Partitions,
    int ReplicationFactor,
    ImmutableArray<ImmutableArray<NodeId>> Assignment,
    ImmutableDictionary<string, string> Configs,
    bool ValidateOnly,
    bool IsInternal,
    TimeSpan Timeout) : IControllerCommand;

/// <summary>Command: delete a topic and its data. Answered by <see cref="TopicGone"/> or <see cref="ControllerRefused"/>.</summary>
public sealed record DeleteTopic(RequestId Id, string Name, TimeSpan Timeout) : IControllerCommand;

/// <summary>Command: give a topic more partitions. Answered by <see cref="TopicReady"/> or <see cref="ControllerRefused"/>.</summary>
/// <param name="PartitionsTotal">The new number of all partitions; above the present one.</param>
public sealed record CreatePartitions(
    RequestId Id, string Name, int PartitionsTotal, ImmutableArray<ImmutableArray<NodeId>> Assignment, bool ValidateOnly, TimeSpan Timeout) : IControllerCommand;

/// <summary>Command: set the topic's settings to exactly these. Answered by <see cref="TopicReady"/> or <see cref="ControllerRefused"/>.</summary>
public sealed record ConfigureTopic(RequestId Id, string Name, ImmutableDictionary<string, string> Configs, bool ValidateOnly) : IControllerCommand;

/// <summary>Command: hand out a producer id. Answered by <see cref="ProducerIdReserved"/>.</summary>
public sealed record ReserveProducerId(RequestId Id) : IControllerCommand;

/// <summary>Command: move partitions to other nodes, or end their moves. Answered by <see cref="MovesPlanned"/> as soon as that is decided;
/// the moves themselves take their time, one batch after the other.</summary>
public sealed record MovePartitions(RequestId Id, ImmutableArray<PartitionTarget> Targets) : IControllerCommand;

/// <summary>Where a partition shall be.</summary>
/// <param name="Replicas">One node, as partitions have one replica; empty: end the move that is under way.</param>
public sealed record PartitionTarget(TopicPartition Partition, ImmutableArray<NodeId> Replicas);

/// <summary>Command: a node hands over all that it has and gets nothing more, or (<paramref name="IsDraining"/> false) is used again.
/// Answered by <see cref="NodeChanged"/> when that is decided, or by <see cref="ControllerRefused"/>.</summary>
public sealed record DrainNode(RequestId Id, NodeId Node, bool IsDraining) : IControllerCommand;

/// <summary>Command: who keeps the metadata log? Answered by <see cref="QuorumDescribed"/>, by its leader.</summary>
public sealed record DescribeQuorum(RequestId Id) : IControllerCommand;

/// <summary>Reply: which targets were taken. <paramref name="Refusals"/> has one place for each target, null where it was taken.</summary>
public sealed record MovesPlanned(RequestId Id, ImmutableArray<MoveRefusal?> Refusals) : IReply;

/// <summary>Why a partition will not move.</summary>
public sealed record MoveRefusal(ControllerError Error, string Message);

/// <summary>Reply: the node's new status is stored.</summary>
public sealed record NodeChanged(RequestId Id, NodeId Node, NodeStatus Status) : IReply;

/// <summary>Reply: the metadata log's replicas.</summary>
/// <param name="Epoch">Of its leader.</param>
/// <param name="HighWatermark">Committed before here.</param>
/// <param name="Observers">Nodes that follow without a vote.</param>
public sealed record QuorumDescribed(
    RequestId Id, NodeId Leader, int Epoch, long HighWatermark, ImmutableArray<QuorumReplica> Voters, ImmutableArray<QuorumReplica> Observers) : IReply;

/// <summary>A replica of the metadata log.</summary>
/// <param name="LogEnd">Where its log ends, as far as the leader knows.</param>
public sealed record QuorumReplica(NodeId Node, long LogEnd);

/// <summary>Reply: the topic is as asked for. With <c>ValidateOnly</c> it is what would have been made.</summary>
public sealed record TopicReady(RequestId Id, TopicImage Topic) : IReply;

/// <summary>Reply: the topic and its data are gone.</summary>
public sealed record TopicGone(RequestId Id, string Name, Guid TopicId) : IReply;

/// <summary>Reply: this id was never handed out before and never will be again.</summary>
public sealed record ProducerIdReserved(RequestId Id, long ProducerId) : IReply;

/// <summary>Reply: nothing was changed (with <see cref="ControllerError.TimedOut"/>: it was, and is not finished).</summary>
public sealed record ControllerRefused(RequestId Id, ControllerError Error, string Message) : IReply;

/// <summary>Event: this node leads the partition in this epoch.</summary>
public sealed record LeaderElected(TopicPartition Partition, Guid TopicId, NodeId Leader, LeaderEpoch Epoch);

/// <summary>Event: the data of a deleted topic is gone from this node.</summary>
public sealed record TopicDropped(Guid TopicId);
