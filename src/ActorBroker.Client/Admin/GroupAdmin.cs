using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Client.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>What <see cref="BrokerAdmin"/> does about groups.</summary>
internal sealed class GroupAdmin(ClusterAccess cluster, IScheduler scheduler)
{
    /// <summary>Asks every node: each knows the groups that it coordinates. One that does not answer fails it, as part of a list is no list.</summary>
    public async Task<IReadOnlyList<GroupSummary>> List(TimeSpan timeout, CancellationToken ct)
    {
        using var deadline = new Deadline(scheduler, timeout, ct);
        var found = await deadline.Run("FindGroups", AskAll, () => null).ConfigureAwait(false);
        return [.. found.SelectMany(reply => reply.Groups).DistinctBy(group => group.GroupId, StringComparer.Ordinal)
            .OrderBy(group => group.GroupId, StringComparer.Ordinal).Select(group => new GroupSummary(group.GroupId, group.ProtocolType, group.State))];
    }

    public async Task<GroupDescription> Describe(string groupId, TimeSpan timeout, CancellationToken ct)
    {
        var found = await cluster.AskAnyAsync<GroupFound>(new FindGroup(groupId), timeout, ct).ConfigureAwait(false);
        Require(found.Error, groupId, "cannot be described");
        var isOfConsumers = found.ProtocolType == ConsumerProtocol.ProtocolType;
        return new GroupDescription(
            groupId, found.State, found.ProtocolType, found.ProtocolName, [.. found.Members.Select(member => Member(member, isOfConsumers))]);
    }

    public async Task Delete(string groupId, TimeSpan timeout, CancellationToken ct)
    {
        var reply = await cluster.AskAnyAsync<GroupReply>(new ForgetGroup(groupId), timeout, ct).ConfigureAwait(false);
        Require(reply.Error, groupId, "is not deleted");
    }

    public async Task<IReadOnlyDictionary<TopicPartition, CommittedOffset>> Offsets(
        string groupId, IReadOnlyCollection<TopicPartition>? partitions, TimeSpan timeout, CancellationToken ct)
    {
        var request = new FetchGroupOffsets(groupId, partitions is null ? null : [.. partitions]);
        var reply = await cluster.AskAnyAsync<GroupOffsetsFetched>(request, timeout, ct).ConfigureAwait(false);
        Require(reply.Error, groupId, "does not tell its offsets");
        return reply.Offsets.Where(offset => offset.Offset != Offset.None)
            .ToDictionary(offset => offset.Partition, offset => new CommittedOffset(offset.Offset, offset.Epoch, offset.Metadata));
    }

    public async Task Alter(string groupId, IReadOnlyDictionary<TopicPartition, Offset> offsets, TimeSpan timeout, CancellationToken ct)
    {
        var inOrder = offsets.Select(pair => new GroupOffset(pair.Key, pair.Value, LeaderEpoch.None, "")).ToImmutableArray();
        var request = new CommitGroupOffsets(groupId, -1, "", "", inOrder);
        var reply = await cluster.AskAnyAsync<GroupOffsetsCommitted>(request, timeout, ct).ConfigureAwait(false);
        RequireAll(reply, groupId, [.. inOrder.Select(offset => offset.Partition)], "keeps its offset");
    }

    public async Task DeleteOffsets(string groupId, IReadOnlyCollection<TopicPartition> partitions, TimeSpan timeout, CancellationToken ct)
    {
        ImmutableArray<TopicPartition> inOrder = [.. partitions];
        var reply = await cluster.AskAnyAsync<GroupOffsetsCommitted>(new ForgetGroupOffsets(groupId, inOrder), timeout, ct).ConfigureAwait(false);
        RequireAll(reply, groupId, inOrder, "keeps its offset");
    }

    private async Task<GroupsFound[]> AskAll(Deadline deadline)
    {
        var view = await cluster.RefreshAsync([], createMissing: false, cluster.View.Number, deadline.Token).ConfigureAwait(false);
        var nodes = view.Nodes.Values.Where(node => node.AkkaAddress.Length > 0).ToArray();
        return await Task.WhenAll(nodes.Length == 0
            ? [cluster.AskAnyAsync<GroupsFound>(FindGroups.Instance, deadline.Rest, deadline.Token)]
            : nodes.Select(node => cluster.AskNodeAsync<GroupsFound>(node.Id, FindGroups.Instance, deadline.Rest, deadline.Token))).ConfigureAwait(false);
    }

    private static GroupMember Member(GroupFoundMember member, bool isOfConsumers)
    {
        var subscription = isOfConsumers ? ConsumerProtocol.DecodeSubscription(member.Metadata) : null;
        var assignment = isOfConsumers ? ConsumerProtocol.DecodeAssignment(member.Assignment) : null;
        return new GroupMember(
            member.MemberId, member.InstanceId, member.ClientId, member.ClientHost, subscription?.Topics ?? [], assignment?.Partitions ?? []);
    }

    private static void RequireAll(GroupOffsetsCommitted reply, string groupId, ImmutableArray<TopicPartition> partitions, string what)
    {
        if (reply.Outcomes.Length != partitions.Length)
        {
            throw new BrokerException(SessionError.None, false, $"The node gave {reply.Outcomes.Length} outcomes for {partitions.Length} partitions of group {groupId}.");
        }

        for (var i = 0; i < partitions.Length; i++)
        {
            Require(reply.Outcomes[i], groupId, $"{what} of {partitions[i]}");
        }
    }

    private static void Require(SessionError error, string groupId, string what)
    {
        if (error != SessionError.None)
        {
            var why = error is SessionError.UnknownMember or SessionError.NonEmptyGroup ? $"{error}: it has members, stop them first" : error.ToString();
            throw SessionErrors.ToException(error, $"Group {groupId} {what}: {why}.");
        }
    }
}
