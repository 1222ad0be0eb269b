namespace ActorBroker.MultiNode.Roles;

/// <summary>What a node sees of the cluster.</summary>
/// <param name="Version">Number of metadata events it has.</param>
/// <param name="MetadataLeader">Node id; −1: it knows of none.</param>
internal sealed record ImageSummary(long Version, int MetadataLeader, IReadOnlyList<NodeSummary> Nodes, IReadOnlyList<TopicSummary> Topics)
{
    public NodeSummary? Node(int id) => Nodes.FirstOrDefault(node => node.Id == id);

    /// <summary>So many nodes, all online, and a metadata leader.</summary>
    public bool IsWhole(int nodes) => MetadataLeader > 0 && Nodes.Count == nodes && Nodes.All(node => node.Status == "Online");

    public TopicSummary? Topic(string name) => Topics.FirstOrDefault(topic => topic.Name == name);
}

/// <param name="Status">Online, Draining or Offline.</param>
internal sealed record NodeSummary(int Id, string Status, int Incarnation);

internal sealed record TopicSummary(string Name, IReadOnlyList<PartitionSummary> Partitions)
{
    /// <summary>Each partition has a leader and stays where it is.</summary>
    public bool IsSettled => Partitions.All(partition => partition is { Leader: > 0, IsMoving: false });

    /// <summary>Settled on so many nodes, whose numbers of partitions differ by one at most.</summary>
    public bool IsSpreadOver(int nodes)
    {
        var loads = Partitions.GroupBy(partition => partition.Leader).Select(group => group.Count()).ToArray();
        return IsSettled && loads.Length == nodes && loads.Max() - loads.Min() <= 1;
    }
}

/// <param name="Leader">The node that serves it now; −1: none does.</param>
internal sealed record PartitionSummary(int Number, int Leader, int Epoch, IReadOnlyList<int> Replicas, bool IsMoving);
