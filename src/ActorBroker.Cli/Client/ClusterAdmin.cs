using System.Globalization;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Looks at the cluster as a whole, moves partitions and drains nodes.</summary>
internal sealed class ClusterAdmin(Cluster cluster)
{
    private const string MetadataLog = "__cluster_metadata";
    private const string Drain = "broker.drain";
    private const sbyte NodeResource = 4;
    private const sbyte TopicResource = 2;
    private const sbyte TopicSource = 1;

    private int TimeoutMs => (int)cluster.Options.RequestTimeout.TotalMilliseconds;

    public async Task<ClusterState> StateAsync(CancellationToken cancellationToken)
    {
        var metadata = await cluster.MetadataAsync(null, cancellationToken);
        var connection = await cluster.ToAnyAsync(cancellationToken);
        var described = connection.Versions.Serves(ApiKey.DescribeCluster)
            ? await connection.AskAsync<DescribeClusterResponse>(new DescribeClusterRequest { IncludeFencedBrokers = true }, cancellationToken)
            : null;
        Throw(described?.ErrorCode ?? 0, "the cluster", described?.ErrorMessage);
        var nodes = described is null
            ? metadata.Brokers.Select(node => new NodeState(node.NodeId, node.Host, node.Port, node.Rack, NodeState.Online))
            : described.Brokers.Select(node => new NodeState(node.BrokerId, node.Host, node.Port, node.Rack, node.IsFenced ? NodeState.Fenced : NodeState.Online));
        var draining = await DrainingAsync(nodes.Select(node => node.Id), cancellationToken);
        return new ClusterState(
            metadata.ClusterId,
            metadata.ControllerId,
            [.. nodes.OrderBy(node => node.Id)
                .Select(node => node.Status == NodeState.Online && draining.Contains(node.Id) ? node with { Status = NodeState.Draining } : node)],
            [.. metadata.Topics.Select(Cluster.From).OrderBy(topic => topic.Name, StringComparer.Ordinal)],
            await MovesAsync(cancellationToken));
    }

    /// <summary>The moves that are under way; none where the broker knows no such thing.</summary>
    public async Task<IReadOnlyList<MoveState>> MovesAsync(CancellationToken cancellationToken)
    {
        var connection = await cluster.ToAnyAsync(cancellationToken);
        if (!connection.Versions.Serves(ApiKey.ListPartitionReassignments)) return [];
        var request = new ListPartitionReassignmentsRequest { TimeoutMs = TimeoutMs, Topics = null };
        var response = await cluster.AskControllerAsync<ListPartitionReassignmentsResponse>(request, answer => answer.ErrorCode, cancellationToken);
        Throw(response.ErrorCode, "the moves under way", response.ErrorMessage);
        return [.. response.Topics
            .SelectMany(topic => topic.Partitions, (topic, move) => new MoveState(topic.Name, move.PartitionIndex, move.RemovingReplicas, move.AddingReplicas))
            .OrderBy(move => move.Topic, StringComparer.Ordinal).ThenBy(move => move.Partition)];
    }

    /// <summary>Who keeps the metadata log; null when the broker does not tell.</summary>
    public async Task<QuorumState?> QuorumAsync(CancellationToken cancellationToken)
    {
        var connection = await cluster.ToAnyAsync(cancellationToken);
        if (!connection.Versions.Serves(ApiKey.DescribeQuorum)) return null;
        var request = new DescribeQuorumRequest { Topics = [new() { TopicName = MetadataLog, Partitions = [new() { PartitionIndex = 0 }] }] };
        var response = await cluster.AskControllerAsync<DescribeQuorumResponse>(request, ErrorOf, cancellationToken);
        Throw(ErrorOf(response), "the metadata log", null);
        var quorum = response.Topics.Single().Partitions.Single();
        var end = quorum.CurrentVoters.Where(voter => voter.ReplicaId == quorum.LeaderId).Select(voter => voter.LogEndOffset).FirstOrDefault(quorum.HighWatermark);
        return new QuorumState(quorum.LeaderId, quorum.LeaderEpoch, quorum.HighWatermark,
        [
            .. quorum.CurrentVoters.OrderBy(voter => voter.ReplicaId).Select(voter => Member(voter, isVoter: true, end)),
            .. quorum.Observers.OrderBy(observer => observer.ReplicaId).Select(observer => Member(observer, isVoter: false, end)),
        ]);
    }

    /// <summary>Settings of topics that differ from the defaults, by topic.</summary>
    public async Task<IReadOnlyDictionary<string, IReadOnlyDictionary<string, string?>>> SettingsAsync(
        IEnumerable<string> topics, CancellationToken cancellationToken)
    {
        var request = new DescribeConfigsRequest
        {
            Resources = [.. topics.Select(topic => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = TopicResource, ResourceName = topic, ConfigurationKeys = null })],
        };
        var connection = await cluster.ToAnyAsync(cancellationToken);
        var response = await connection.AskAsync<DescribeConfigsResponse>(request, cancellationToken);
        return response.Results.Where(result => result.ErrorCode == 0).ToDictionary(
            result => result.ResourceName,
            result => (IReadOnlyDictionary<string, string?>)new SortedDictionary<string, string?>(
                result.Configs.Where(config => config.ConfigSource == TopicSource).ToDictionary(config => config.Name, config => config.Value), StringComparer.Ordinal));
    }

    /// <summary>Lets a node hand over its partitions, or use it again.</summary>
    public async Task DrainAsync(int node, bool isDraining, CancellationToken cancellationToken)
    {
        var request = new IncrementalAlterConfigsRequest
        {
            Resources = [new() { ResourceType = NodeResource, ResourceName = Text(node), Configs = [new() { Name = Drain, Value = isDraining ? "true" : "false" }] }],
        };
        var response = await cluster.AskControllerAsync<IncrementalAlterConfigsResponse>(request, answer => answer.Responses.Single().ErrorCode, cancellationToken);
        var result = response.Responses.Single();
        Throw(result.ErrorCode, isDraining ? $"node {node} is not drained" : $"node {node} stays drained", result.ErrorMessage);
    }

    /// <summary>Plans moves of partitions of one topic, or ends them.</summary>
    /// <param name="to">The node; null: end the moves.</param>
    public async Task MoveAsync(string topic, IEnumerable<int> partitions, int? to, CancellationToken cancellationToken)
    {
        var connection = await cluster.ToAnyAsync(cancellationToken);
        if (!connection.Versions.Serves(ApiKey.AlterPartitionReassignments)) throw new CliException("this broker does not move partitions");
        var request = new AlterPartitionReassignmentsRequest
        {
            TimeoutMs = TimeoutMs,
            Topics =
            [
                new()
                {
                    Name = topic,
                    Partitions = [.. partitions.Select(partition => new AlterPartitionReassignmentsRequest.ReassignablePartition
                    {
                        PartitionIndex = partition,
                        Replicas = to is { } node ? [node] : null,
                    })],
                },
            ],
        };
        var response = await cluster.AskControllerAsync<AlterPartitionReassignmentsResponse>(request, answer => answer.ErrorCode, cancellationToken);
        Throw(response.ErrorCode, $"topic '{topic}' is not moved", response.ErrorMessage);
        var refused = response.Responses.SelectMany(answer => answer.Partitions).Where(partition => partition.ErrorCode != 0).ToArray();
        if (refused is [var first, .. var rest])
        {
            var others = rest.Length == 0 ? "" : $", nor {string.Join(", ", rest.Select(partition => $"{topic}-{partition.PartitionIndex}"))}";
            var what = to is null ? $"the move of {topic}-{first.PartitionIndex}{others} is not ended" : $"{topic}-{first.PartitionIndex}{others} is not moved";
            throw new KafkaErrorException((ErrorCode)first.ErrorCode, what, first.ErrorMessage);
        }
    }

    /// <summary>Only our own brokers know that setting; others answer without it, or with an error.</summary>
    private async Task<IReadOnlySet<int>> DrainingAsync(IEnumerable<int> nodes, CancellationToken cancellationToken)
    {
        var connection = await cluster.ToAnyAsync(cancellationToken);
        if (!connection.Versions.Serves(ApiKey.DescribeConfigs)) return new HashSet<int>();
        var request = new DescribeConfigsRequest
        {
            Resources = [.. nodes.Select(node => new DescribeConfigsRequest.DescribeConfigsResource { ResourceType = NodeResource, ResourceName = Text(node), ConfigurationKeys = [Drain] })],
        };
        var response = await connection.AskAsync<DescribeConfigsResponse>(request, cancellationToken);
        return response.Results.Where(result => result.Configs.Exists(config => config is { Name: Drain, Value: "true" }))
            .Select(result => int.Parse(result.ResourceName, CultureInfo.InvariantCulture)).ToHashSet();
    }

    private static QuorumMember Member(DescribeQuorumResponse.QuorumReplicaState replica, bool isVoter, long end) =>
        new(replica.ReplicaId, isVoter, replica.LogEndOffset, Math.Max(0, end - replica.LogEndOffset));

    private static short ErrorOf(DescribeQuorumResponse response) =>
        response.ErrorCode != 0 ? response.ErrorCode : response.Topics.Single().Partitions.Single().ErrorCode;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static void Throw(short error, string what, string? detail)
    {
        if (error != 0) throw new KafkaErrorException((ErrorCode)error, what, detail);
    }
}
