namespace ActorBroker.MultiNode.Roles;

/// <summary>What a node sees of the cluster.</summary>
/// <param name="Version">Number of metadata events it has.</param>
/// <param name="MetadataLeader">Node id; −1: it knows of none.</param>
internal sealed record ImageSummary(long Version, int MetadataLeader, IReadOnlyList<NodeSummary> Nodes, IReadOnlyList<TopicSummary> Topics)
{
    public NodeSummary? Node(int id) => Nodes.FirstOrDefault(node => node.Id == id);

    public TopicSummary? Topic(string name) => Topics.FirstOrDefault(topic => topic.Name == name);
}

/// <param name="Status">Online, Draining or Offline.</param>
internal sealed record NodeSummary(int Id, string Status, int Incarnation);

internal sealed record TopicSummary(string Name, IReadOnlyList<PartitionSummary> Partitions);

/// <param name="Leader">The node that serves it now; −1: none does.</param>
internal sealed record PartitionSummary(int Number, int Leader, int Epoch, IReadOnlyList<int> Replicas, bool IsMoving);
