using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>The nodes of an image as places 0 … n−1, ids rising, so that counting per node needs arrays only.</summary>
internal sealed class NodeTable
{
    private readonly Dictionary<NodeId, int> _places;

    public NodeTable(ClusterImage image)
    {
        Nodes = [.. image.Nodes.Values.OrderBy(node => node.Id.Value)];
        Online = [.. Enumerable.Range(0, Nodes.Length).Where(place => Nodes[place].Status == NodeStatus.Online)];
        _places = new Dictionary<NodeId, int>(Nodes.Length);
        for (var place = 0; place < Nodes.Length; place++) _places.Add(Nodes[place].Id, place);
    }

    public NodeImage[] Nodes { get; }

    /// <summary>Places of the nodes that may be given partitions: neither draining nor offline.</summary>
    public int[] Online { get; }

    /// <summary>The node's place, or −1 when the image does not know the node.</summary>
    public int PlaceOf(NodeId node) => _places.GetValueOrDefault(node, -1);

    public int[] Zeros() => new int[Nodes.Length];

    /// <summary>Counts each node that holds the partition once its move, if any, is done.</summary>
    public void CountReplicas(PartitionImage partition, int[] counts)
    {
        foreach (var node in partition.Replicas)
        {
            if (partition.Move is { } move && (node == move.From || node == move.To)) continue;
            CountOne(node, counts);
        }

        if (partition.Move is { To: var target }) CountOne(target, counts);
    }

    /// <summary>Counts the node that should lead the partition once its move, if any, is done.</summary>
    public void CountPreferredLeader(PartitionImage partition, int[] counts)
    {
        if (partition.Replicas.IsEmpty) return;
        var first = partition.Replicas[0];
        CountOne(partition.Move is { } move && move.From == first ? move.To : first, counts);
    }

    private void CountOne(NodeId node, int[] counts)
    {
        var place = PlaceOf(node);
        if (place >= 0) counts[place]++;
    }
}
