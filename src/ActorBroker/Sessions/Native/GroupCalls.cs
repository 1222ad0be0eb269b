using System.Collections.Immutable;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Sessions.Native;

/// <summary>Requests about consumer groups.</summary>
internal sealed class GroupCalls(NodeServices node)
{
    /// <summary>Native and Kafka clients may share a group: they are of one type.</summary>
    private const string ProtocolType = "consumer";

    /// <param name="clientHost">Where the client is, for people.</param>
    public SessionCall Join(Messages.Sessions.JoinGroup request, string clientHost)
    {
        var session = TimeSpan.FromMilliseconds(Math.Max(0, request.SessionTimeoutMs));
        var rebalance = request.RebalanceTimeoutMs > 0 ? TimeSpan.FromMilliseconds(request.RebalanceTimeoutMs) : session;
        return Call<JoinedGroup>(
            request.GroupId,
            id => new Groups.JoinGroup(
                id,
                request.GroupId,
                request.MemberId,
                NullIfEmpty(request.InstanceId),
                request.ClientId,
                clientHost,
                ProtocolType,
                [.. request.Protocols.Select(protocol => new Groups.GroupProtocol(protocol.Name, protocol.Metadata.ToArray()))],
                session,
                rebalance,
                MustKnowMemberId: true),
            joined => new GroupJoined(
                joined.Error.ToSessionError(),
                joined.Generation,
                joined.ProtocolName ?? "",
                joined.LeaderId,
                joined.MemberId,
                [.. joined.Members.Select(member => new GroupJoinedMember(member.MemberId, member.InstanceId ?? "", member.Metadata))]),
            rebalance);
    }

    public SessionCall Sync(Messages.Sessions.SyncGroup request)
    {
        var assignments = ImmutableDictionary.CreateBuilder<string, byte[]>();
        foreach (var assignment in request.Assignments)
        {
            assignments[assignment.MemberId] = assignment.Assignment.ToArray();
        }

        return Call<SyncedGroup>(
            request.GroupId,
            id => new Groups.SyncGroup(
                id, request.GroupId, request.Generation, request.MemberId, NullIfEmpty(request.InstanceId), ProtocolType, NullIfEmpty(request.ProtocolName),
                assignments.ToImmutable()),
            synced => new GroupSynced(synced.Error.ToSessionError(), synced.ProtocolName ?? "", synced.Assignment));
    }

    public SessionCall Heartbeat(HeartbeatGroup request) => Call<GroupAnswered>(
        request.GroupId,
        id => new GroupHeartbeat(id, request.GroupId, request.Generation, request.MemberId, NullIfEmpty(request.InstanceId)),
        Answer);

    public SessionCall Leave(Messages.Sessions.LeaveGroup request) => Call<LeftGroup>(
        request.GroupId,
        id => new Groups.LeaveGroup(id, request.GroupId, [new LeavingMember(request.MemberId, NullIfEmpty(request.InstanceId))]),
        left => new GroupReply((left.Error != GroupError.None ? left.Error : left.Members[0]).ToSessionError()));

    public SessionCall Commit(CommitGroupOffsets request)
    {
        var now = node.Clock.GetUtcNow().ToUnixTimeMilliseconds();
        var isKnown = request.Offsets.Select(offset => Exists(offset.Partition)).ToArray();
        var known = request.Offsets.Where((_, i) => isKnown[i])
            .Select(offset => (offset.Partition, new CommittedOffset(offset.Offset, offset.Epoch, offset.Metadata, now))).ToImmutableArray();
        return Call<OffsetsCommitted>(
            request.GroupId,
            id => new CommitOffsets(id, request.GroupId, request.Generation, request.MemberId, NullIfEmpty(request.InstanceId), known),
            committed =>
            {
                var next = 0;
                return new GroupOffsetsCommitted(
                    [.. isKnown.Select(known => (known ? committed.Outcomes[next++] : GroupError.UnknownPartition).ToSessionError())]);
            });
    }

    public SessionCall FetchOffsets(FetchGroupOffsets request) => Call<OffsetsFetched>(
        request.GroupId,
        id => new FetchOffsets(id, request.GroupId, request.Partitions),
        fetched => new GroupOffsetsFetched(
            fetched.Error.ToSessionError(),
            [.. fetched.Offsets.Select(each => new GroupOffset(
                each.Partition, each.Offset?.Offset ?? Offset.None, each.Offset?.Epoch ?? LeaderEpoch.None, each.Offset?.Metadata ?? ""))]));

    public SessionCall ForgetOffsets(ForgetGroupOffsets request) => Call<OffsetsCommitted>(
        request.GroupId,
        id => new DeleteOffsets(id, request.GroupId, request.Partitions),
        deleted => new GroupOffsetsCommitted([.. deleted.Outcomes.Select(outcome => outcome.ToSessionError())]));

    public SessionCall List() => new SingleCall("listing groups", node.Groups, id => new ListGroups(id), reply => reply switch
    {
        GroupsListed { Error: GroupError.None } listed => new GroupsFound(
            [.. listed.Groups.Select(group => new GroupListing(group.GroupId, group.ProtocolType, group.State))]),
        GroupsListed listed => new RequestRefused(listed.Error.ToSessionError(), "the groups cannot be listed now"),
        _ => Refusal(reply, "all groups"),
    });

    public SessionCall Describe(FindGroup request) => Call<GroupDescribed>(
        request.GroupId,
        id => new DescribeGroup(id, request.GroupId),
        described => new GroupFound(
            request.GroupId,
            described.Error.ToSessionError(),
            described.State,
            described.ProtocolType,
            described.ProtocolName,
            [.. described.Members.Select(member => new GroupFoundMember(
                member.MemberId, member.InstanceId ?? "", member.ClientId, member.ClientHost, member.Metadata, member.Assignment))]));

    public SessionCall Forget(ForgetGroup request) => Call<GroupAnswered>(request.GroupId, id => new DeleteGroup(id, request.GroupId), Answer);

    private SessionCall Call<TReply>(string groupId, Func<RequestId, IGroupCommand> command, Func<TReply, ISessionReply> answer, TimeSpan wait = default)
        where TReply : class, IReply =>
        groupId.Length == 0
            ? new AnsweredCall(SessionError.InvalidGroupId, "a group needs a name")
            : new CoordinatorCall(
                node, groupId, command, reply => reply is TReply expected ? answer(expected) : Refusal(reply, $"group {groupId}"), wait);

    private static GroupReply Answer(GroupAnswered answered) => new(answered.Error.ToSessionError());

    private static RequestRefused Refusal(IReply reply, string what) =>
        new(((reply as GroupRefused)?.Error ?? GroupError.CoordinatorNotAvailable).ToSessionError(), $"{what}: the coordinator did not look at it");

    private bool Exists(TopicPartition partition) =>
        node.Metadata.Current.Partition(partition) is not null;

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}
