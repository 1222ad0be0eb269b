using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using FsCheck;
using FsCheck.Fluent;

namespace ActorBroker.Tests.Controller;

public sealed class BalancerTests
{
    private const int NoLimit = int.MaxValue;

    [Fact]
    public void An_even_cluster_stays_as_it_is()
    {
        Assert.Empty(Balancer.Plan(ClusterImage.Empty, NoLimit, NoLimit));
        Assert.Empty(Balancer.Plan(Images.OfNodes(1).WithPlacedTopic("orders", 7), NoLimit, NoLimit));
        Assert.Empty(Balancer.Plan(Images.OfNodes(3).WithPlacedTopic("orders", 7), NoLimit, NoLimit));
    }

    [Fact]
    public void A_new_node_gets_its_share()
    {
        var image = Images.OfNodes(2).WithTopicOn("orders", 1, 1, 1, 1);

        Assert.Equal("orders-0 1>2, orders-1 1>2", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void A_difference_of_five_percent_is_left_alone()
    {
        var image = Images.OfNodes(2).WithTopicOn("orders", [.. Enumerable.Repeat(1, 102), .. Enumerable.Repeat(2, 98)]);

        Assert.Empty(Balancer.Plan(image, NoLimit, NoLimit));
        Assert.Equal(2, Balancer.Plan(image.WithTopicOn("more", 1, 1, 1, 1), NoLimit, NoLimit).Count);
    }

    [Fact]
    public void The_topic_that_is_most_uneven_is_moved_first()
    {
        var image = Images.OfNodes(2).WithTopicOn("even", 1, 1, 2, 2).WithTopicOn("uneven", 1, 1);

        Assert.Equal("uneven-0 1>2", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void A_draining_node_is_emptied_before_anything_is_balanced()
    {
        var image = Images.OfNodes(3).WithTopicOn("orders", 1, 1, 1, 1, 3, 3, 2).WithStatus(3, NodeStatus.Draining);

        Assert.Equal("orders-4 3>2", Text(Balancer.Plan(image, 1, NoLimit)));
        Assert.Equal("orders-4 3>2, orders-5 3>2", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void A_drained_partition_goes_where_its_topic_is_least()
    {
        var image = Images.OfNodes(3).WithTopicOn("orders", 1, 3).WithTopicOn("other", 2).WithStatus(3, NodeStatus.Draining);

        Assert.Equal("orders-1 3>2", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void Without_an_online_node_nothing_can_be_drained()
    {
        var image = Images.OfNodes(2).WithTopicOn("orders", 1, 2).WithStatus(1, NodeStatus.Draining).WithStatus(2, NodeStatus.Offline);

        Assert.Empty(Balancer.Plan(image, NoLimit, NoLimit));
    }

    [Fact]
    public void An_offline_node_gives_and_takes_nothing()
    {
        var image = Images.OfNodes(3).WithTopicOn("orders", 1, 1, 1, 1, 1, 1, 2, 2, 2, 2).WithStatus(1, NodeStatus.Offline);

        Assert.Equal("orders-6 2>3, orders-7 2>3", Text(Balancer.Plan(image, NoLimit, NoLimit)));
        Assert.Empty(Balancer.Plan(image.WithStatus(3, NodeStatus.Offline), NoLimit, NoLimit));
    }

    [Fact]
    public void Partitions_without_leader_or_with_more_replicas_stay()
    {
        var leaderless = Images.Partition(0, 1) with { Leader = NodeId.None };
        var image = Images.OfNodes(3).WithTopic("orders", leaderless, Images.Partition(1, 1, 2), Images.Partition(2, 1, 2), Images.Partition(3, 1));

        Assert.Equal("orders-3 1>3", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void A_node_full_of_what_must_stay_does_not_keep_the_others_uneven()
    {
        var replicated = Enumerable.Range(0, 100).Select(number => Images.Partition(number, 1, 4)).ToArray();
        var image = Images.OfNodes(4).WithStatus(4, NodeStatus.Offline)
            .WithTopic("replicated", replicated).WithTopicOn("orders", 2, 2, 2, 2);

        Assert.Equal("orders-0 2>3, orders-1 2>3", Text(Balancer.Plan(image, NoLimit, NoLimit)));
    }

    [Fact]
    public void A_node_in_the_middle_does_not_fill_up_those_that_wait_for_the_fullest()
    {
        var image = Images.OfNodes(4).WithTopicOn("orders", [.. Enumerable.Repeat(1, 100), .. Enumerable.Repeat(2, 30)]);

        Assert.Equal("orders-0 1>3", Text(Balancer.Plan(image, NoLimit, 1)));
    }

    [Fact]
    public void Moves_under_way_count_and_are_not_planned_again()
    {
        var image = Images.OfNodes(3).WithTopic("orders",
            [Images.Partition(0, 1).Moving(2), .. Enumerable.Range(1, 8).Select(number => Images.Partition(number, 1))]);

        Assert.Empty(Balancer.Plan(image, 1, NoLimit));
        Assert.Empty(Balancer.Plan(image, NoLimit, 1));
        Assert.Equal("orders-1 1>3", Text(Balancer.Plan(image, 2, NoLimit)));
        Assert.Equal("orders-1 1>3", Text(Balancer.Plan(image, NoLimit, 2)));
        Assert.Equal(5, Balancer.Plan(image, NoLimit, NoLimit).Count);
    }

    [Fact]
    public void Nodes_that_come_and_go_leave_an_even_cluster_behind()
    {
        var image = Images.OfNodes(1);
        for (var i = 0; i < 20; i++) image = image.WithPlacedTopic($"topic-{i}", 1 + i);
        AssertSettled(image = Settle(image, 8, 2));

        AssertSettled(image = Settle(image.With(Images.Node(2)).With(Images.Node(3)), 8, 2));
        AssertSettled(image = Settle(image.With(Images.Node(4)).With(Images.Node(5)), 8, 2));
        AssertSettled(image = Settle(image.WithStatus(1, NodeStatus.Draining).WithStatus(4, NodeStatus.Draining), 8, 2));

        Assert.Equal([0, 0], [image.Loads()[1], image.Loads()[4]]);
        Assert.Equal(210, image.Loads().Values.Sum());
    }

    [Fact]
    public void Every_cluster_comes_to_rest_in_balance_within_the_limits() => Images.Holds(Cases, input =>
    {
        var settled = Settle(input.Image, input.MovesMax, input.MovesPerNodeMax);

        AssertSettled(settled);
        Assert.All(input.Image.Nodes.Values.Where(node => !node.IsOnline),
            node => Assert.Equal(input.Image.Loads()[node.Id.Value], settled.Loads()[node.Id.Value]));
    }, runs: 200);

    [Fact]
    public void Ten_thousand_partitions_are_planned_quickly()
    {
        var image = Images.OfNodes(5);
        for (var i = 0; i < 1000; i++) image = image.WithTopicOn($"topic-{i}", 1, 2, 3, 4, 5, 1, 2, 3, 4, 5);
        image = image.With(Images.Node(6)).With(Images.Node(7)).WithStatus(1, NodeStatus.Draining);   // drains 2,000, then balances
        var began = TimeProvider.System.GetTimestamp();

        var moves = Balancer.Plan(image, 2_500, NoLimit);

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Equal(2_500, moves.Count);
    }

    [Fact]
    public void A_large_cluster_at_rest_is_looked_at_quickly()
    {
        var image = Images.OfNodes(10);
        for (var i = 0; i < 50; i++) image = image.WithPlacedTopic($"topic-{i}", 1000);
        var began = TimeProvider.System.GetTimestamp();

        var moves = Balancer.Plan(image, NoLimit, NoLimit);

        Assert.InRange(TimeProvider.System.GetElapsedTime(began), TimeSpan.Zero, TimeSpan.FromSeconds(1));
        Assert.Empty(moves);
    }

    /// <summary>Up to six nodes, the first of them online, and up to five topics that lie anyhow.</summary>
    private static Gen<(ClusterImage Image, int MovesMax, int MovesPerNodeMax)> Cases =>
        from statuses in Gen.ArrayOf(Gen.Elements(NodeStatus.Online, NodeStatus.Online, NodeStatus.Draining, NodeStatus.Offline), 5)
        from count in Gen.Choose(0, 5)
        from topics in Gen.ArrayOf(Gen.ArrayOf(Gen.Choose(1, 1 + count)), 5)
        from crowd in Gen.Choose(0, 60)
        from movesMax in Gen.Choose(1, 12)
        from movesPerNodeMax in Gen.Choose(1, 4)
        select (topics.Index().Aggregate(
            Images.Of([Images.Node(1), .. statuses.Take(count).Select((status, i) => Images.Node(i + 2, status: status))])
                .WithTopicOn("crowd", [.. Enumerable.Repeat(1 + count, crowd)]),
            (image, topic) => image.WithTopicOn($"topic-{topic.Index}", topic.Item)), movesMax, movesPerNodeMax);

    /// <summary>Carries out plans until there is none. One move ends between two plans, so that most plans meet moves under way.</summary>
    private static ClusterImage Settle(ClusterImage image, int movesMax, int movesPerNodeMax)
    {
        var underWay = new Queue<Balancer.PlannedMove>();
        // A move either leaves a draining node or makes two online nodes more equal, so there cannot be many for a partition.
        for (var rounds = 4 * image.PartitionCount + 10; ; rounds--)
        {
            Assert.True(rounds > 0, "does not come to rest");
            foreach (var move in Balancer.Plan(image, movesMax, movesPerNodeMax))
            {
                image = Begin(image, move);
                underWay.Enqueue(move);
            }

            Assert.InRange(underWay.Count, 0, movesMax);
            Assert.All(image.Nodes.Keys, node => Assert.InRange(underWay.Count(move => move.From == node || move.To == node), 0, movesPerNodeMax));
            if (underWay.Count == 0) return image;
            image = End(image, underWay.Dequeue());
        }
    }

    private static ClusterImage Begin(ClusterImage image, Balancer.PlannedMove move) => Change(image, move, partition =>
    {
        Assert.Null(partition.Move);
        Assert.Equal(move.From, Assert.Single(partition.Replicas));
        Assert.Equal(move.From, partition.Leader);
        Assert.True(image.IsOnline(move.From));
        Assert.Equal(NodeStatus.Online, image.Nodes[move.To].Status);
        return partition with { Move = new PartitionMove(1, move.From, move.To) };
    });

    private static ClusterImage End(ClusterImage image, Balancer.PlannedMove move) => Change(image, move, partition =>
        partition with { Replicas = [move.To], Leader = move.To, Epoch = new LeaderEpoch(partition.Epoch.Value + 1), Move = null });

    private static ClusterImage Change(ClusterImage image, Balancer.PlannedMove move, Func<PartitionImage, PartitionImage> change)
    {
        var topic = image.Topic(move.Partition.Topic)!;
        var number = move.Partition.Partition;
        return image.With(topic with { Partitions = topic.Partitions.SetItem(number, change(topic.Partitions[number])) });
    }

    private static void AssertSettled(ClusterImage image)
    {
        var loads = image.Loads();
        Assert.All(image.Nodes.Values.Where(node => node.Status == NodeStatus.Draining), node => Assert.Equal(0, loads[node.Id.Value]));
        var mean = image.Nodes.Values.Where(node => node.Status == NodeStatus.Online).Average(node => loads[node.Id.Value]);
        Assert.InRange(image.Imbalance(), 0, Math.Max(1, 0.05 * mean));
    }

    private static string Text(IEnumerable<Balancer.PlannedMove> moves) =>
        string.Join(", ", moves.Select(move => $"{move.Partition} {move.From}>{move.To}"));
}
