using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Consumer groups: who is in them, and what they have committed.</summary>
internal sealed class Groups(Cluster cluster)
{
    /// <summary>The groups of all brokers.</summary>
    public async Task<IReadOnlyList<ListGroupsResponse.ListedGroup>> ListAsync(CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync([], cancellationToken);
        var groups = new List<ListGroupsResponse.ListedGroup>();
        foreach (var broker in metadata.Brokers)
        {
            var connection = await cluster.ToNodeAsync(broker.NodeId, cancellationToken);
            var response = await connection.AskAsync<ListGroupsResponse>(new ListGroupsRequest(), cancellationToken);
            Throw(response.ErrorCode, $"groups of broker {broker.NodeId}");
            groups.AddRange(response.Groups);
        }

        return [.. groups.OrderBy(group => group.GroupId, StringComparer.Ordinal)];
    }

    public async Task<DescribeGroupsResponse.DescribedGroup> DescribeAsync(string group, CancellationToken cancellationToken)
    {
        var request = new DescribeGroupsRequest { Groups = [group] };
        var response = await WithCoordinatorAsync<DescribeGroupsResponse>(group, request, answer => answer.Groups.Single().ErrorCode, cancellationToken);
        var described = response.Groups.Single();
        Throw(described.ErrorCode, $"group '{group}'");
        return described;
    }

    /// <summary>What a group has committed, by topic and partition.</summary>
    /// <param name="topic">Null: of all topics.</param>
    public async Task<IReadOnlyDictionary<(string Topic, int Partition), long>> CommittedAsync(
        string group, string? topic, IReadOnlyCollection<int> partitions, CancellationToken cancellationToken)
    {
        var request = new OffsetFetchRequest
        {
            GroupId = group,
            Topics = topic is null ? null : [new() { Name = topic, PartitionIndexes = [.. partitions] }],
        };
        var response = await WithCoordinatorAsync<OffsetFetchResponse>(group, request, answer => answer.ErrorCode, cancellationToken);
        Throw(response.ErrorCode, $"offsets of group '{group}'");
        return response.Topics
            .SelectMany(answer => answer.Partitions, (answer, partition) => (Key: (answer.Name, partition.PartitionIndex), Offset: partition.CommittedOffset))
            .Where(committed => committed.Offset >= 0)
            .ToDictionary(committed => committed.Key, committed => committed.Offset);
    }

    /// <summary>Commits for a group that has no members.</summary>
    public async Task CommitAsync(string group, string topic, IReadOnlyDictionary<int, long> offsets, CancellationToken cancellationToken)
    {
        var partitions = offsets.Select(offset => new OffsetCommitRequest.OffsetCommitRequestPartition { PartitionIndex = offset.Key, CommittedOffset = offset.Value });
        var request = new OffsetCommitRequest { GroupId = group, MemberId = "", Topics = [new() { Name = topic, Partitions = [.. partitions] }] };
        var response = await WithCoordinatorAsync<OffsetCommitResponse>(group, request, FirstError, cancellationToken);
        var error = (ErrorCode)FirstError(response);
        if (error is ErrorCode.UnknownMemberId or ErrorCode.IllegalGeneration)
        {
            throw new CliException($"group '{group}' has members: offsets can be committed from here only while it has none; choose another --group");
        }

        Throw((short)error, $"offsets of group '{group}' were not committed");
    }

    private static short FirstError(OffsetCommitResponse response) =>
        response.Topics.SelectMany(topic => topic.Partitions).Select(partition => partition.ErrorCode).FirstOrDefault(error => error != 0);

    private static void Throw(short error, string what)
    {
        if (error != 0) throw new KafkaErrorException((ErrorCode)error, what);
    }

    private async Task<T> WithCoordinatorAsync<T>(string group, IRequest request, Func<T, short> errorOf, CancellationToken cancellationToken)
        where T : IResponse
    {
        var backoff = new Backoff(cluster.Options.Clock, cluster.Options.RequestTimeout);
        while (true)
        {
            var any = await cluster.ToAnyAsync(cancellationToken);
            var found = await any.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { Key = group }, cancellationToken);
            if (found.ErrorCode == 0)
            {
                await cluster.MetadataAsync([], cancellationToken);
                var coordinator = await cluster.ToNodeAsync(found.NodeId, cancellationToken);
                var response = await coordinator.AskAsync<T>(request, cancellationToken);
                if (!IsPassing(errorOf(response)) || !await backoff.WaitAsync(cancellationToken)) return response;
            }
            else if (!IsPassing(found.ErrorCode) || !await backoff.WaitAsync(cancellationToken))
            {
                Throw(found.ErrorCode, $"coordinator of group '{group}'");
            }
        }
    }

    private static bool IsPassing(short error) => (ErrorCode)error
        is ErrorCode.NotCoordinator or ErrorCode.CoordinatorNotAvailable or ErrorCode.CoordinatorLoadInProgress;
}
