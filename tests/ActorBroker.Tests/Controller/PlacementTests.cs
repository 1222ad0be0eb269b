using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Messages;
using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Tests.Controller;

public sealed class PlacementTests
{
    [Fact]
    public void Partitions_of_a_new_topic_go_round_the_nodes()
    {
        Assert.Equal("1 | 2 | 3 | 1 | 2", Text(Placement.Assign(Images.OfNodes(3), 5, 1, null)));
        Assert.Equal("1 2 | 3 1 | 2 3", Text(Placement.Assign(Images.OfNodes(3), 3, 2, null)));
    }

    [Fact]
    public void No_partitions_need_no_replicas() => Assert.Equal("", Text(Placement.Assign(Images.OfNodes(1), 0, 1, null)));

    [Fact]
    public void Fewer_nodes_than_replicas_give_nothing()
    {
        var image = Images.Of(Images.Node(1), Images.Node(2, status: NodeStatus.Draining), Images.Node(3, status: NodeStatus.Offline));

        Assert.Null(Placement.Assign(image, 1, 2, null));
        Assert.Null(Placement.Assign(ClusterImage.Empty, 1, 1, null));
        Assert.Equal("1", Text(Placement.Assign(image, 1, 1, null)));
    }

    [Fact]
    public void More_partitions_fill_the_nodes_where_the_topic_is_not_yet()
    {
        var image = Images.OfNodes(3).WithTopicOn("orders", 1, 1, 2);

        Assert.Equal("3 | 2 | 3 | 1", Text(Placement.Assign(image, 4, 1, image.Topic("orders")!.Partitions)));
    }

    [Fact]
    public void Small_topics_go_to_the_node_with_the_fewest_replicas_of_all()
    {
        var image = Images.OfNodes(3).WithTopicOn("orders", 1, 1, 2, 3, 3);

        Assert.Equal("2", Text(Placement.Assign(image, 1, 1, null)));
    }

    [Fact]
    public void A_partition_on_its_way_counts_where_it_goes()
    {
        var image = Images.OfNodes(2).WithTopic("orders", Images.Partition(0, 1).Moving(2));

        Assert.Equal("1", Text(Placement.Assign(image, 1, 1, null)));
        Assert.Equal("1", Text(Placement.Assign(image, 1, 1, image.Topic("orders")!.Partitions)));
    }

    [Fact]
    public void Replicas_go_to_different_racks_even_when_another_node_holds_less()
    {
        var image = Images.Of(Images.Node(1, "a"), Images.Node(2, "a"), Images.Node(3, "b"));

        Assert.Equal("1 3 | 2 3 | 3 1 | 2 3", Text(Placement.Assign(image, 4, 2, null)));
        Assert.Equal("1 3 2", Text(Placement.Assign(image, 1, 3, null)));
    }

    [Fact]
    public void Only_online_nodes_are_chosen_and_each_once_for_a_partition() => Images.Holds(Cases, input =>
    {
        var (image, partitions, replicas) = input;
        var online = image.Nodes.Values.Where(node => node.Status == NodeStatus.Online).Select(node => node.Id).ToHashSet();

        var assigned = Placement.Assign(image, partitions, replicas, null);

        Assert.Equal(online.Count < replicas, assigned is null);
        if (assigned is null) return;
        Assert.Equal(partitions, assigned.Value.Length);
        Assert.All(assigned.Value, nodes => Assert.Equal(replicas, nodes.Distinct().Count(online.Contains)));
        Assert.Equal(Text(assigned), Text(Placement.Assign(image, partitions, replicas, null)));
    });

    [Fact]
    public void Racks_are_distinct_as_long_as_there_are_enough() => Images.Holds(Cases, input =>
    {
        var (image, partitions, replicas) = input;
        if (Placement.Assign(image, partitions, replicas, null) is not { } assigned) return;
        var racks = image.Nodes.Values.Where(node => node.Status == NodeStatus.Online).Select(node => node.Rack).Distinct().Count();

        Assert.All(assigned, nodes => Assert.Equal(Math.Min(racks, replicas), nodes.Select(node => image.Nodes[node].Rack).Distinct().Count()));
    });

    [Fact]
    public void Without_racks_nodes_differ_by_one_replica_of_the_topic_at_most() => Images.Holds(Cases, input =>
    {
        var (racked, partitions, replicas) = input;
        var image = racked with { Nodes = racked.Nodes.ToImmutableDictionary(node => node.Key, node => node.Value with { Rack = null }) };
        if (Placement.Assign(image, partitions, replicas, null) is not { } assigned) return;

        AssertSpread(image, assigned.SelectMany(nodes => nodes), 1);
        AssertSpread(image, assigned.Select(nodes => nodes[0]), 2);   // leaders come second: the replicas' spread is kept first
    });

    [Fact]
    public void A_topic_that_grows_step_by_step_stays_even() => Images.Holds(
        Gen.ArrayOf(Gen.Choose(0, 7)).Zip(Gen.Choose(1, 6)), input =>
        {
            var (steps, nodes) = input;
            var image = Images.OfNodes(nodes).WithTopicOn("other", 1, 1, 1).WithTopicOn("orders");
            foreach (var step in steps)
            {
                var existing = image.Topic("orders")!.Partitions;
                var added = Placement.Assign(image, step, 1, existing)!.Value;
                image = image.WithTopicOn("orders", [.. existing.Select(partition => partition.Replicas[0].Value), .. added.Select(placed => placed[0].Value)]);
                AssertSpread(image, image.Topic("orders")!.Partitions.Select(partition => partition.Leader), 1);
            }
        });

    [Fact]
    public void Ten_thousand_partitions_are_placed_quickly_in_a_large_cluster()
    {
        var image = Images.OfNodes(10);
        for (var i = 0; i < 50; i++) image = image.WithPlacedTopic($"topic-{i}", 1000, 3);
        var began = TimeProvider.System.GetTimestamp();

        var assigned = Placement.Assign(image, 10_000, 3, null)!.Value;

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        AssertSpread(image, assigned.SelectMany(nodes => nodes), 1);
        AssertSpread(image, assigned.Select(nodes => nodes[0]), 1);
    }

    /// <summary>A cluster of up to nine nodes in up to four racks, some of them away, with a topic; then how much is asked for.</summary>
    private static Gen<(ClusterImage Image, int Partitions, int Replicas)> Cases =>
        from nodes in Gen.ArrayOf(Gen.Choose(0, 3).Zip(Gen.Elements(NodeStatus.Online, NodeStatus.Online, NodeStatus.Online, NodeStatus.Draining, NodeStatus.Offline)), 9)
        from count in Gen.Choose(1, 9)
        from others in Gen.ArrayOf(Gen.Choose(1, count))
        from partitions in Gen.Choose(0, 40)
        from replicas in Gen.Choose(1, 4)
        select (Images.Of([.. nodes.Take(count).Select((node, i) => Images.Node(i + 1, node.Item1 == 3 ? null : $"rack-{node.Item1}", node.Item2))])
            .WithTopicOn("other", others), partitions, replicas);

    private static void AssertSpread(ClusterImage image, IEnumerable<NodeId> held, int difference)
    {
        var counts = image.OnlineNodes.Where(node => node.Status == NodeStatus.Online).ToDictionary(node => node.Id, _ => 0);
        foreach (var node in held) counts[node]++;
        Assert.InRange(counts.Values.Max() - counts.Values.Min(), 0, difference);
    }

    private static string Text(ImmutableArray<ImmutableArray<NodeId>>? assigned)
    {
        Assert.NotNull(assigned);
        return string.Join(" | ", assigned.Value.Select(nodes => string.Join(' ', nodes)));
    }
}
