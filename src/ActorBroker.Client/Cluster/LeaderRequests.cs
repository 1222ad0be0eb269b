using System.Collections.Concurrent;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;

namespace ActorBroker.Client.Cluster;

/// <summary>Requests that only the leader of a partition answers: finds it, and follows it when it moves.</summary>
internal sealed class LeaderRequests(ClusterAccess cluster, IScheduler scheduler)
{
    /// <summary>Offset of each partition.</summary>
    public async Task<IReadOnlyDictionary<TopicPartition, OffsetAnswer>> FindOffsets(
        IReadOnlyCollection<TopicPartition> partitions, OffsetKind kind, long timestampMs, TimeSpan timeout, CancellationToken ct)
    {
        var found = new ConcurrentDictionary<TopicPartition, OffsetAnswer>();
        await Follow(
            "FindOffsets",
            partitions,
            async (node, group, deadline) =>
            {
                var request = new FindOffsets([.. group.Select(partition => new OffsetQuery(partition, kind, timestampMs))]);
                var reply = await AskLeader<OffsetsFound>(node, request, deadline).ConfigureAwait(false);
                foreach (var answer in (reply?.Answers ?? []).Where(answer => !SessionErrors.IsRetriable(answer.Error)))
                {
                    found[answer.Partition] = answer.Error == SessionError.None
                        ? answer
                        : throw SessionErrors.ToException(answer.Error, $"The offset of {answer.Partition} is not known: {answer.Error}.");
                }

                return [.. group.Where(partition => !found.ContainsKey(partition))];
            },
            timeout,
            ct).ConfigureAwait(false);
        return found;
    }

    /// <summary>A request about one partition.</summary>
    public async Task<TReply> Ask<TReply>(TopicPartition partition, ISessionRequest request, TimeSpan timeout, CancellationToken ct)
        where TReply : class, ISessionReply
    {
        TReply? reply = null;
        await Follow(
            request.GetType().Name,
            [partition],
            async (node, group, deadline) =>
            {
                reply = await AskLeader<TReply>(node, request, deadline).ConfigureAwait(false);
                return reply is null ? group : [];
            },
            timeout,
            ct).ConfigureAwait(false);
        return reply!;
    }

    /// <summary>Null when another node is to be asked, as far as a new view will tell.</summary>
    private async Task<TReply?> AskLeader<TReply>(NodeId node, ISessionRequest request, Deadline deadline)
        where TReply : class, ISessionReply
    {
        var patience = cluster.Settings.ConnectTimeout * 2;
        try
        {
            return await cluster.AskNodeAsync<TReply>(node, request, patience < deadline.Rest ? patience : deadline.Rest, deadline.Token).ConfigureAwait(false);
        }
        catch (BrokerException refused) when (SessionErrors.NeedsNewView(refused.Error) || refused is BrokerTimeoutException or BrokerUnavailableException)
        {
            return null;
        }
    }

    /// <param name="ask">Asks a leader, and returns those partitions that it does not lead.</param>
    private async Task Follow(
        string what,
        IReadOnlyCollection<TopicPartition> partitions,
        Func<NodeId, IReadOnlyCollection<TopicPartition>, Deadline, Task<IReadOnlyCollection<TopicPartition>>> ask,
        TimeSpan timeout,
        CancellationToken ct)
    {
        BrokerException? last = null;
        using var deadline = new Deadline(scheduler, timeout, ct);
        await deadline.Run(what, async _ =>
        {
            TopicPartition[] open = [.. partitions.Distinct()];
            for (var olderThan = -1L; open.Length > 0;)
            {
                var topics = open.Select(partition => partition.Topic).ToHashSet(StringComparer.Ordinal);
                var isNew = olderThan >= 0;
                var view = await cluster.RefreshAsync(topics, createMissing: false, olderThan, deadline.Token).ConfigureAwait(false);
                olderThan = view.Number;
                var leaders = open.ToLookup(view.LeaderOf);
                last = Missing(what, view, leaders[NodeId.None], isNew) ?? last;
                var asked = leaders.Where(group => group.Key != NodeId.None).Select(group => ask(group.Key, [.. group], deadline)).ToArray();
                var stale = (await Task.WhenAll(asked).ConfigureAwait(false)).SelectMany(partition => partition).ToArray();
                last = stale.Length == 0 ? last : new BrokerException(SessionError.NotLeader, $"{string.Join(", ", stale)}: the leader did not answer, or leads no more.");
                open = [.. leaders[NodeId.None], .. stale];
            }

            return 0;
        }, () => last).ConfigureAwait(false);
    }

    /// <summary>What stands in the way of partitions without leader. One that does not exist, even in a new view, ends the request.</summary>
    private static BrokerException? Missing(string what, ClusterView view, IEnumerable<TopicPartition> partitions, bool isNew)
    {
        BrokerException? last = null;
        foreach (var partition in partitions)
        {
            var isThere = view.Find(partition) is not null;
            if (!isThere && isNew)
            {
                throw new UnknownTopicOrPartitionException($"{what}: there is no partition {partition}.");
            }

            last = isThere
                ? new BrokerException(SessionError.LeaderNotAvailable, $"{partition} has no leader.")
                : new UnknownTopicOrPartitionException($"There is no partition {partition}.");
        }

        return last;
    }
}
