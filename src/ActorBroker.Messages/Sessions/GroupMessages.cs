using System.Collections.Immutable;
using ActorBroker.Log;

namespace ActorBroker.Messages.Sessions;

/// <summary>Request: become, or stay, a member of a group. Answered by <see cref="GroupJoined"/>, perhaps only when the others have rejoined.</summary>
/// <param name="MemberId">"" for a new member.</param>
/// <param name="InstanceId">Of a static member (KIP-345); "" for the others.</param>
/// <param name="Protocols">Ways to share out partitions, the preferred first; metadata as Kafka's consumer protocol has it, so that
/// native and Kafka clients may be members of one group.</param>
public sealed record JoinGroup(
    string GroupId,
    string MemberId,
    string InstanceId,
    string ClientId,
    ImmutableArray<GroupProtocol> Protocols,
    int SessionTimeoutMs,
    int RebalanceTimeoutMs) : ISessionRequest;

public sealed record GroupProtocol(string Name, ReadOnlyMemory<byte> Metadata);

/// <summary>Reply: a member of this generation, or why not (then <paramref name="MemberId"/> is the one to come back with, if any).</summary>
/// <param name="Members">All members for the leader, nothing for the others.</param>
public sealed record GroupJoined(
    SessionError Error, int Generation, string ProtocolName, string LeaderId, string MemberId, ImmutableArray<GroupJoinedMember> Members) : ISessionReply;

public sealed record GroupJoinedMember(string MemberId, string InstanceId, ReadOnlyMemory<byte> Metadata);

/// <summary>Request: hand in (leader) and get the assignment of a generation. Answered by <see cref="GroupSynced"/>.</summary>
public sealed record SyncGroup(
    string GroupId, int Generation, string MemberId, string InstanceId, string ProtocolName, ImmutableArray<GroupAssignment> Assignments) : ISessionRequest;

public sealed record GroupAssignment(string MemberId, ReadOnlyMemory<byte> Assignment);

/// <summary>Reply: what this member is to read, in the form of Kafka's consumer protocol.</summary>
public sealed record GroupSynced(SessionError Error, string ProtocolName, ReadOnlyMemory<byte> Assignment) : ISessionReply;

/// <summary>Request: I am alive. Answered by <see cref="GroupReply"/>.</summary>
public sealed record HeartbeatGroup(string GroupId, int Generation, string MemberId, string InstanceId) : ISessionRequest;

/// <summary>Request: I leave. Answered by <see cref="GroupReply"/>.</summary>
public sealed record LeaveGroup(string GroupId, string MemberId, string InstanceId) : ISessionRequest;

/// <summary>Reply where there is nothing to tell but success or not.</summary>
public sealed record GroupReply(SessionError Error) : ISessionReply;

/// <summary>Request: keep these positions. Answered by <see cref="GroupOffsetsCommitted"/> once they are stored.</summary>
/// <param name="Generation">−1: not a member.</param>
public sealed record CommitGroupOffsets(
    string GroupId, int Generation, string MemberId, string InstanceId, ImmutableArray<GroupOffset> Offsets) : ISessionRequest;

/// <summary>A position: the offset of the next record to read.</summary>
/// <param name="Offset"><see cref="Offset.None"/>: none is kept.</param>
public sealed record GroupOffset(TopicPartition Partition, Offset Offset, LeaderEpoch Epoch, string Metadata);

/// <summary>Reply: one outcome a partition, in the order of the request.</summary>
public sealed record GroupOffsetsCommitted(ImmutableArray<SessionError> Outcomes) : ISessionReply;

/// <summary>Request: tell the group's positions. Answered by <see cref="GroupOffsetsFetched"/>.</summary>
/// <param name="Partitions">Null: all there are.</param>
public sealed record FetchGroupOffsets(string GroupId, ImmutableArray<TopicPartition>? Partitions) : ISessionRequest;

/// <summary>Reply: the positions.</summary>
public sealed record GroupOffsetsFetched(SessionError Error, ImmutableArray<GroupOffset> Offsets) : ISessionReply;

/// <summary>Request: list all groups. Answered by <see cref="GroupsFound"/>.</summary>
public sealed record FindGroups : ISessionRequest
{
    public static readonly FindGroups Instance = new();
}

/// <summary>Reply: the groups that this node coordinates.</summary>
public sealed record GroupsFound(ImmutableArray<GroupListing> Groups) : ISessionReply;

public sealed record GroupListing(string GroupId, string ProtocolType, string State);

/// <summary>Request: tell all about a group. Answered by <see cref="GroupFound"/>.</summary>
public sealed record FindGroup(string GroupId) : ISessionRequest;

/// <summary>Reply: the group; an unknown one is dead.</summary>
public sealed record GroupFound(
    string GroupId, SessionError Error, string State, string ProtocolType, string ProtocolName, ImmutableArray<GroupFoundMember> Members) : ISessionReply;

public sealed record GroupFoundMember(
    string MemberId, string InstanceId, string ClientId, string ClientHost, ReadOnlyMemory<byte> Metadata, ReadOnlyMemory<byte> Assignment);

/// <summary>Request: forget a group without members. Answered by <see cref="GroupReply"/>.</summary>
public sealed record ForgetGroup(string GroupId) : ISessionRequest;

/// <summary>Request: forget positions. Answered by <see cref="GroupOffsetsCommitted"/>.</summary>
public sealed record ForgetGroupOffsets(string GroupId, ImmutableArray<TopicPartition> Partitions) : ISessionRequest;
