namespace ActorBroker.Cli.Client;

/// <summary>The cluster as its nodes tell it, gathered by a few questions one after the other.</summary>
/// <param name="Controller">The node that leads the metadata; −1 while none does.</param>
/// <param name="Nodes">By id, those that cannot be reached too.</param>
/// <param name="Topics">By name, internal ones too.</param>
internal sealed record ClusterState(
    string? ClusterId, int Controller, IReadOnlyList<NodeState> Nodes, IReadOnlyList<TopicInfo> Topics, IReadOnlyList<MoveState> Moves)
{
    public int PartitionCount => Topics.Sum(topic => topic.Partitions.Count);

    public IEnumerable<(TopicInfo Topic, PartitionInfo Partition)> Partitions =>
        Topics.SelectMany(topic => topic.Partitions, (topic, partition) => (topic, partition));

    /// <summary>Partitions that nobody serves now.</summary>
    public IEnumerable<(TopicInfo Topic, PartitionInfo Partition)> Offline => Partitions.Where(each => each.Partition.Leader < 0);

    public int LedBy(int node) => Partitions.Count(each => each.Partition.Leader == node);

    public MoveState? MoveOf(string topic, int partition) => Moves.FirstOrDefault(move => move.Topic == topic && move.Partition == partition);
}

/// <summary>A node.</summary>
/// <param name="Status">online, draining or fenced (known, but not reachable).</param>
internal sealed record NodeState(int Id, string Host, int Port, string? Rack, string Status)
{
    public const string Online = "online";
    public const string Draining = "draining";
    public const string Fenced = "fenced";
}

/// <summary>A partition on its way.</summary>
internal sealed record MoveState(string Topic, int Partition, IReadOnlyList<int> From, IReadOnlyList<int> To)
{
    public string Name => $"{Topic}-{Partition}";
}

/// <summary>Who keeps the metadata log.</summary>
/// <param name="HighWatermark">Committed before here.</param>
internal sealed record QuorumState(int Leader, int Epoch, long HighWatermark, IReadOnlyList<QuorumMember> Members);

/// <param name="Lag">How far its log ends behind the leader's.</param>
internal sealed record QuorumMember(int Node, bool IsVoter, long LogEnd, long Lag);
