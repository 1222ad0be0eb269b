using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Consuming;

/// <summary>Turns a <see cref="Start"/> into an offset: asks the group, then the leaders.</summary>
internal sealed class PositionFinder(ClusterAccess cluster, LeaderRequests leaders, ConsumerSettings settings)
{
    /// <summary>An answer for each partition, in no order.</summary>
    /// <exception cref="BrokerException">One of them cannot be found, for now or ever.</exception>
    public async Task<ImmutableArray<FoundStart>> Find(IReadOnlyCollection<(TopicPartition Partition, Start Start)> wanted, CancellationToken ct)
    {
        var found = ImmutableArray.CreateBuilder<FoundStart>(wanted.Count);
        var open = new List<(TopicPartition Partition, Start Start)>();
        var committed = await Committed([.. wanted.Where(one => one.Start.Kind == StartKind.Committed).Select(one => one.Partition)], ct).ConfigureAwait(false);
        foreach (var (partition, start) in wanted)
        {
            if (start.Kind == StartKind.At)
            {
                found.Add(new FoundStart(partition, new Offset(start.Value), Offset.None, null));
            }
            else if (start.Kind != StartKind.Committed)
            {
                open.Add((partition, start));
            }
            else if (committed.TryGetValue(partition, out var offset))
            {
                found.Add(new FoundStart(partition, offset, offset, null));
            }
            else if (settings.OffsetReset == OffsetReset.Error)
            {
                found.Add(new FoundStart(partition, Offset.None, Offset.None, NoPosition(partition)));
            }
            else
            {
                open.Add((partition, AfterReset(settings.OffsetReset)));
            }
        }

        foreach (var same in open.GroupBy(one => one.Start, one => one.Partition))
        {
            found.AddRange(await OfLeaders(same.Key, [.. same], ct).ConfigureAwait(false));
        }

        return found.ToImmutable();
    }

    public static Start AfterReset(OffsetReset reset) => reset == OffsetReset.Earliest ? Start.Earliest : Start.Latest;

    private OffsetOutOfRangeException NoPosition(TopicPartition partition) => new(
        settings.HasGroup ? $"Group {settings.GroupId} has no position in {partition}, and OffsetReset is Error." : $"{partition}: no group, so no position.",
        partition);

    private async Task<Dictionary<TopicPartition, Offset>> Committed(ImmutableArray<TopicPartition> partitions, CancellationToken ct)
    {
        if (partitions.IsEmpty || !settings.HasGroup)
        {
            return [];
        }

        var reply = await cluster.AskAnyAsync<GroupOffsetsFetched>(
            new FetchGroupOffsets(settings.GroupId, partitions), cluster.Settings.RequestTimeout, ct).ConfigureAwait(false);
        return reply.Error == SessionError.None
            ? reply.Offsets.Where(one => one.Offset != Offset.None).ToDictionary(one => one.Partition, one => one.Offset)
            : throw SessionErrors.ToException(reply.Error, $"Group {settings.GroupId} does not tell its positions: {reply.Error}.");
    }

    private async Task<IEnumerable<FoundStart>> OfLeaders(Start start, ImmutableArray<TopicPartition> partitions, CancellationToken ct)
    {
        var timeout = cluster.Settings.RequestTimeout;
        var (kind, timestampMs) = start.Kind switch
        {
            StartKind.Earliest => (OffsetKind.Earliest, -1L),
            StartKind.AtTimestamp => (OffsetKind.AtTimestamp, start.Value),
            _ => (OffsetKind.Latest, -1L),
        };
        var answers = await leaders.FindOffsets(partitions, kind, timestampMs, timeout, ct).ConfigureAwait(false);
        TopicPartition[] tooYoung = [.. partitions.Where(partition => answers[partition].Offset == Offset.None)];
        var ends = tooYoung.Length == 0 ? answers : await leaders.FindOffsets(tooYoung, OffsetKind.Latest, -1, timeout, ct).ConfigureAwait(false);
        return partitions.Select(partition => new FoundStart(
            partition, answers[partition].Offset == Offset.None ? ends[partition].Offset : answers[partition].Offset, Offset.None, null));
    }
}

/// <param name="Committed">What the group has; <see cref="Offset.None"/> for nothing, or not asked for.</param>
/// <param name="Error">There is no such offset, and there will be none.</param>
internal sealed record FoundStart(TopicPartition Partition, Offset Position, Offset Committed, BrokerException? Error);
