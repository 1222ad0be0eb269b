using ActorBroker.Controller.Replication;
using ActorBroker.Raft;

namespace ActorBroker.Controller;

/// <summary>What the controllers of two nodes tell each other. Written by <see cref="ControllerSerializer"/>.</summary>
internal interface IPeerMessage;

/// <summary>A message with bytes that are not JSON.</summary>
internal interface IHasBytes : IPeerMessage
{
    byte[] Bytes { get; init; }
}

/// <summary>A message of the metadata log's Raft group.</summary>
/// <param name="ClusterId">Nodes of another cluster are not listened to.</param>
internal sealed record RaftEnvelope(Guid ClusterId, RaftMessage Message) : IHasBytes
{
    /// <summary>The batches of an <see cref="AppendRequest"/>; empty for everything else.</summary>
    public byte[] Bytes { get; init; } = [];
}

/// <summary>Command: a node wants its place in the cluster, or says that it is back. Answered by <see cref="NodeAccepted"/>,
/// <see cref="NodeRejected"/> or <see cref="AskElsewhere"/>, or not at all.</summary>
/// <param name="ClusterId">The cluster that the node's data folder belongs to; empty: none yet.</param>
/// <param name="Incarnation">Of the metadata in that folder.</param>
internal sealed record RegisterNode(
    int Node, Guid FolderId, Guid ClusterId, int Incarnation, string Host, int Port, string? Rack, string AkkaAddress) : IPeerMessage;

/// <summary>Reply of the metadata leader: the node is registered.</summary>
/// <param name="Membership">The metadata log's group, for a node that begins to follow it.</param>
/// <param name="Version">The image is up to date, for this node's start, from here on.</param>
internal sealed record NodeAccepted(Guid ClusterId, int Incarnation, StoredMembership Membership, long Version) : IPeerMessage;

/// <summary>Reply: the node cannot be part of this cluster. It ends.</summary>
internal sealed record NodeRejected(string Reason) : IPeerMessage;

/// <summary>Reply of a node that does not lead.</summary>
/// <param name="HasMetadata">Whether it is part of a founded cluster.</param>
internal sealed record AskElsewhere(bool HasMetadata) : IPeerMessage;

/// <summary>Command to the metadata leader, from another node. Answered by <see cref="CommandAnswered"/>.</summary>
internal sealed record ForwardedCommand(long Call, IControllerCommand Command) : IPeerMessage;

/// <summary>Reply: the command's own reply.</summary>
/// <param name="Version">Whoever has an image up to here sees what the command did.</param>
internal sealed record CommandAnswered(long Call, long Version, IReply Reply) : IPeerMessage;

/// <summary>Event: this node leads these partitions. Repeated until the image says so.</summary>
internal sealed record ReportLeaders(LeadersElected Leaders) : IPeerMessage;

/// <summary>Event: a copy has everything, durably, and is ready to lead in this epoch. Repeated until the image says so.</summary>
internal sealed record ReportMoveReady(MoveFinished Move) : IPeerMessage;

/// <summary>Event: a copy cannot be made.</summary>
internal sealed record ReportMoveFailed(Guid TopicId, int Partition, long Number, string Reason) : IPeerMessage;

/// <summary>Command: a part of the metadata snapshot. Answered by <see cref="SnapshotPart"/>.</summary>
internal sealed record FetchSnapshotPart(Guid ClusterId, long EndOffset, int Position) : IPeerMessage;

/// <summary>Reply: a part of the snapshot.</summary>
/// <param name="Total">Bytes of the whole snapshot; 0: there is none that ends where it was asked for.</param>
internal sealed record SnapshotPart(long EndOffset, int Position, int Total) : IHasBytes
{
    public byte[] Bytes { get; init; } = [];
}

/// <summary>Command: a node is about to end. Repeated until <see cref="LeaveProgress"/> says that it may.</summary>
/// <param name="IsGone">It hands over no more: it ends now, whatever it still has.</param>
internal sealed record LeaveNode(int Node, bool IsGone) : IPeerMessage;

/// <summary>Reply: how far the hand-over is.</summary>
/// <param name="PartitionsLeft">That are still on the node and could go elsewhere.</param>
internal sealed record LeaveProgress(int PartitionsLeft, bool MayGo) : IPeerMessage;

/// <summary>Question of a node without a metadata leader, to a node that is no member of its Akka cluster. Answered by <see cref="ClusterFound"/>, or not at all.</summary>
internal sealed record FindCluster(Guid ClusterId) : IPeerMessage;

/// <summary>Reply: this cluster has a leader here.</summary>
internal sealed record ClusterFound(Guid ClusterId) : IPeerMessage;
