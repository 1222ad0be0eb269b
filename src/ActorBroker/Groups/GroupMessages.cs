using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Groups;

/// <summary>Command about one consumer group, for the coordinator whose partition of <c>__consumer_offsets</c> holds the group.</summary>
public interface IGroupCommand
{
    RequestId Id { get; }

    string GroupId { get; }
}

/// <summary>Why a group command did nothing. Named as the protocol names them.</summary>
public enum GroupError
{
    None,
    CoordinatorLoading,
    CoordinatorNotAvailable,

    /// <summary>The group's partition of <c>__consumer_offsets</c> is not led by this node.</summary>
    NotCoordinator,
    InvalidGroupId,
    InvalidSessionTimeout,
    UnknownMember,
    IllegalGeneration,
    InconsistentProtocol,
    MemberIdRequired,
    GroupFull,
    FencedInstance,
    RebalanceInProgress,
    MetadataTooLarge,
    NonEmptyGroup,
    GroupNotFound,
    SubscribedToTopic,
    UnknownPartition,
    StorageFailed,
}

/// <summary>Command to <see cref="GroupsActor"/>: find the node that coordinates a group, on which it may be the first question for any.
/// Answered by <see cref="CoordinatorReady"/> or <see cref="CoordinatorMissing"/>.</summary>
public sealed record PrepareCoordinator(RequestId Id, string GroupId);

/// <summary>Reply: that node coordinates the group.</summary>
public sealed record CoordinatorReady(RequestId Id, NodeId Coordinator) : IReply;

/// <summary>Reply: no node coordinates the group now.</summary>
public sealed record CoordinatorMissing(RequestId Id, string Reason) : IReply;

/// <summary>Command to a coordinator: its partition is not led by the same actor any more; refuse what is left and stop.</summary>
internal sealed record Resign
{
    public static readonly Resign Instance = new();
}

/// <summary>A way to share out partitions that a member knows, with what it says about itself under it.</summary>
/// <param name="Metadata">Opaque to the coordinator.</param>
public sealed record GroupProtocol(string Name, byte[] Metadata);

/// <summary>Command: become, or stay, a member. Answered by <see cref="JoinedGroup"/>, perhaps only when the others have rejoined.</summary>
/// <param name="MemberId">Empty for a new member.</param>
/// <param name="MustKnowMemberId">A new member first gets an id and joins again with it (KIP-394).</param>
public sealed record JoinGroup(
    RequestId Id,
    string GroupId,
    string MemberId,
    string? InstanceId,
    string ClientId,
    string ClientHost,
    string ProtocolType,
    ImmutableArray<GroupProtocol> Protocols,
    TimeSpan SessionTimeout,
    TimeSpan RebalanceTimeout,
    bool MustKnowMemberId) : IGroupCommand;

/// <summary>A member as the leader of its group sees it.</summary>
public sealed record JoinedMember(string MemberId, string? InstanceId, byte[] Metadata);

/// <summary>Reply to <see cref="JoinGroup"/>.</summary>
/// <param name="Members">All members for the leader, nothing for the others.</param>
public sealed record JoinedGroup(
    RequestId Id,
    GroupError Error,
    int Generation,
    string? ProtocolType,
    string? ProtocolName,
    string LeaderId,
    string MemberId,
    ImmutableArray<JoinedMember> Members) : IReply
{
    public static JoinedGroup Refused(RequestId id, GroupError error, string memberId) => new(id, error, -1, null, null, "", memberId, []);
}

/// <summary>Command: hand in (leader) and get the assignment of this generation. Answered by <see cref="SyncedGroup"/>.</summary>
public sealed record SyncGroup(
    RequestId Id,
    string GroupId,
    int Generation,
    string MemberId,
    string? InstanceId,
    string? ProtocolType,
    string? ProtocolName,
    ImmutableDictionary<string, byte[]> Assignments) : IGroupCommand;

/// <summary>Reply to <see cref="SyncGroup"/>.</summary>
public sealed record SyncedGroup(RequestId Id, GroupError Error, string? ProtocolType, string? ProtocolName, byte[] Assignment) : IReply
{
    public static SyncedGroup Refused(RequestId id, GroupError error) => new(id, error, null, null, []);
}

/// <summary>Command: I am alive. Answered by <see cref="GroupAnswered"/>.</summary>
public sealed record GroupHeartbeat(RequestId Id, string GroupId, int Generation, string MemberId, string? InstanceId) : IGroupCommand;

/// <summary>Reply where there is nothing to tell but success or not.</summary>
public sealed record GroupAnswered(RequestId Id, GroupError Error) : IReply;

/// <summary>A member that leaves; a static one may be named by its instance id alone.</summary>
public sealed record LeavingMember(string MemberId, string? InstanceId);

/// <summary>Command: these members leave. Answered by <see cref="LeftGroup"/>.</summary>
public sealed record LeaveGroup(RequestId Id, string GroupId, ImmutableArray<LeavingMember> Members) : IGroupCommand;

/// <summary>Reply to <see cref="LeaveGroup"/>: one outcome a member, in the order of the command.</summary>
public sealed record LeftGroup(RequestId Id, GroupError Error, ImmutableArray<GroupError> Members) : IReply;

/// <summary>A position that a consumer keeps.</summary>
/// <param name="Epoch">Of the record before it; <see cref="LeaderEpoch.None"/>: unknown.</param>
public sealed record CommittedOffset(Offset Offset, LeaderEpoch Epoch, string Metadata, long CommittedAt);

/// <summary>Command: keep these positions. Answered by <see cref="OffsetsCommitted"/> once they are stored.</summary>
/// <param name="Generation">−1: not a member (a consumer without a group protocol, or a tool).</param>
public sealed record CommitOffsets(
    RequestId Id,
    string GroupId,
    int Generation,
    string MemberId,
    string? InstanceId,
    ImmutableArray<(TopicPartition Partition, CommittedOffset Offset)> Offsets) : IGroupCommand;

/// <summary>Reply to <see cref="CommitOffsets"/>: one outcome a partition, in the order of the command.</summary>
public sealed record OffsetsCommitted(RequestId Id, ImmutableArray<GroupError> Outcomes) : IReply;

/// <summary>Command: tell the group's positions. Answered by <see cref="OffsetsFetched"/>.</summary>
/// <param name="Partitions">Null: all there are.</param>
public sealed record FetchOffsets(RequestId Id, string GroupId, ImmutableArray<TopicPartition>? Partitions) : IGroupCommand;

/// <summary>Reply to <see cref="FetchOffsets"/>; a partition without a position has a null one.</summary>
public sealed record OffsetsFetched(RequestId Id, GroupError Error, ImmutableArray<(TopicPartition Partition, CommittedOffset? Offset)> Offsets) : IReply;

/// <summary>Command: forget positions of partitions that nobody is subscribed to. Answered by <see cref="OffsetsCommitted"/>.</summary>
public sealed record DeleteOffsets(RequestId Id, string GroupId, ImmutableArray<TopicPartition> Partitions) : IGroupCommand;

/// <summary>Command: forget a group without members. Answered by <see cref="GroupAnswered"/>.</summary>
public sealed record DeleteGroup(RequestId Id, string GroupId) : IGroupCommand;

/// <summary>Command: tell all about a group. Answered by <see cref="GroupDescribed"/>.</summary>
public sealed record DescribeGroup(RequestId Id, string GroupId) : IGroupCommand;

/// <summary>A member as tools see it.</summary>
public sealed record DescribedMember(string MemberId, string? InstanceId, string ClientId, string ClientHost, byte[] Metadata, byte[] Assignment);

/// <summary>Reply to <see cref="DescribeGroup"/>; an unknown group is described as dead.</summary>
public sealed record GroupDescribed(
    RequestId Id, GroupError Error, string State, string ProtocolType, string ProtocolName, ImmutableArray<DescribedMember> Members) : IReply;

/// <summary>Command to <see cref="GroupsActor"/>: tell which groups there are. Answered by <see cref="GroupsListed"/>.</summary>
public sealed record ListGroups(RequestId Id);

/// <summary>A group in a list.</summary>
public sealed record ListedGroup(string GroupId, string ProtocolType, string State);

/// <summary>Reply to <see cref="ListGroups"/>.</summary>
public sealed record GroupsListed(RequestId Id, GroupError Error, ImmutableArray<ListedGroup> Groups) : IReply;
