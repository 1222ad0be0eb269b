using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Finds offsets by time, and where partitions begin and end.</summary>
internal sealed class OffsetLookup(Cluster cluster, string topic)
{
    /// <summary>Instead of a time: behind the last readable record.</summary>
    public const long End = -1;

    /// <summary>Instead of a time: the first record.</summary>
    public const long Start = -2;

    /// <summary>The first offset at or after a time, for each partition; −1 where every record is older.</summary>
    /// <param name="timestampMs">Milliseconds since 1970, UTC, or <see cref="Start"/> or <see cref="End"/>.</param>
    /// <param name="isCommittedOnly">True: the end is where undecided transactions begin.</param>
    public async Task<IReadOnlyDictionary<int, long>> FindAsync(
        IReadOnlyCollection<int> partitions, long timestampMs, bool isCommittedOnly, CancellationToken cancellationToken)
    {
        var found = new Dictionary<int, long>();
        var backoff = new Backoff(cluster.Options.Clock, cluster.Options.RequestTimeout);
        while (true)
        {
            var info = await cluster.TopicAsync(topic, cancellationToken);
            var missing = partitions.Where(partition => !found.ContainsKey(partition)).ToArray();
            if (missing.Length == 0) return found;
            var last = ErrorCode.None;
            foreach (var group in missing.GroupBy(partition => LeaderOf(info, partition)))
            {
                last = await AskAsync(group.Key, [.. group], timestampMs, isCommittedOnly, found, cancellationToken) is var error && error != ErrorCode.None ? error : last;
            }

            if (last == ErrorCode.None) return found;
            if (!last.IsRetriable() || !await backoff.WaitAsync(cancellationToken)) throw new KafkaErrorException(last, $"offsets of topic '{topic}'");
        }
    }

    private static int LeaderOf(TopicInfo info, int partition) => info.Partitions.FirstOrDefault(known => known.Index == partition)?.Leader
        ?? throw new UsageException($"topic '{info.Name}' has no partition {partition}: it has 0 to {info.Partitions.Count - 1}");

    private async Task<ErrorCode> AskAsync(
        int leader, int[] partitions, long timestampMs, bool isCommittedOnly, Dictionary<int, long> found, CancellationToken cancellationToken)
    {
        if (leader < 0) return ErrorCode.LeaderNotAvailable;
        var request = new ListOffsetsRequest
        {
            ReplicaId = -1,
            IsolationLevel = (sbyte)(isCommittedOnly ? 1 : 0),
            Topics =
            [
                new()
                {
                    Name = topic,
                    Partitions = [.. partitions.Select(partition => new ListOffsetsRequest.ListOffsetsPartition { PartitionIndex = partition, Timestamp = timestampMs })],
                },
            ],
        };
        var connection = await cluster.ToNodeAsync(leader, cancellationToken);
        var response = await connection.AskAsync<ListOffsetsResponse>(request, cancellationToken);
        var failure = ErrorCode.None;
        foreach (var partition in response.Topics.SelectMany(answer => answer.Partitions))
        {
            if (partition.ErrorCode == 0) found[partition.PartitionIndex] = partition.Offset;
            else failure = (ErrorCode)partition.ErrorCode;
        }

        return failure;
    }
}
