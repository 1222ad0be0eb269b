using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Tests.Controller;

/// <summary>Images of clusters as tests need them, and properties that run on the same random input every time.</summary>
internal static class Images
{
    private static readonly Config Same = Config.QuickThrowOnFailure.WithReplay(20_261_204, 4_711);   // the second must be odd

    public static void Holds<T>(Gen<T> input, Action<T> property, int runs = 100) =>
        FsCheck.Check.One(Same.WithMaxTest(runs), Prop.ForAll(input.ToArbitrary(), property));

    public static ClusterImage Of(params NodeImage[] nodes) => ClusterImage.Empty with { Nodes = nodes.ToImmutableDictionary(node => node.Id) };

    /// <summary>Nodes 1 … count.</summary>
    public static ClusterImage OfNodes(int count) => Of([.. Enumerable.Range(1, count).Select(id => Node(id))]);

    public static NodeImage Node(int id, string? rack = null, NodeStatus status = NodeStatus.Online) =>
        new(new NodeId(id), "localhost", 9092, rack, Status: status);

    public static ClusterImage With(this ClusterImage image, NodeImage node) => image with { Nodes = image.Nodes.SetItem(node.Id, node) };

    public static ClusterImage WithStatus(this ClusterImage image, int node, NodeStatus status) =>
        image.With(image.Nodes[new NodeId(node)] with { Status = status });

    public static ClusterImage WithTopic(this ClusterImage image, string name, params PartitionImage[] partitions) =>
        image.With(image.Topic(name) is { } topic
            ? topic with { Partitions = [.. partitions] }
            : new TopicImage(Guid.NewGuid(), name, false, [.. partitions], ImmutableDictionary<string, string>.Empty));

    /// <summary>A topic whose partitions have one replica each, on these nodes.</summary>
    public static ClusterImage WithTopicOn(this ClusterImage image, string name, params int[] nodes) =>
        image.WithTopic(name, [.. nodes.Select((node, number) => Partition(number, node))]);

    /// <summary>A topic that <see cref="Placement"/> lays out.</summary>
    public static ClusterImage WithPlacedTopic(this ClusterImage image, string name, int partitions, int replicas = 1) =>
        image.WithTopic(name, [.. Placement.Assign(image, partitions, replicas, null)!.Value
            .Select((nodes, number) => new PartitionImage(number, nodes, nodes[0], new LeaderEpoch(0)))]);

    public static PartitionImage Partition(int number, params int[] replicas) =>
        new(number, [.. replicas.Select(id => new NodeId(id))], new NodeId(replicas[0]), new LeaderEpoch(0));

    public static PartitionImage Moving(this PartitionImage partition, int to) =>
        partition with { Move = new PartitionMove(1, partition.Replicas[0], new NodeId(to)) };

    public static IEnumerable<PartitionImage> Partitions(this ClusterImage image) => image.Topics.Values.SelectMany(topic => topic.Partitions);

    /// <summary>Replicas of each node that is in the image, by id.</summary>
    public static SortedDictionary<int, int> Loads(this ClusterImage image)
    {
        var loads = new SortedDictionary<int, int>(image.Nodes.Keys.ToDictionary(node => node.Value, _ => 0));
        foreach (var node in image.Partitions().SelectMany(partition => partition.Replicas)) loads[node.Value]++;
        return loads;
    }

    /// <summary>The greatest difference between two online nodes.</summary>
    public static int Imbalance(this ClusterImage image)
    {
        var loads = image.Loads().Where(load => image.Nodes[new NodeId(load.Key)].Status == NodeStatus.Online).Select(load => load.Value).ToArray();
        return loads.Max() - loads.Min();
    }
}
