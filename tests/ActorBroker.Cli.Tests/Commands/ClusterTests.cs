using ActorBroker.Cli.Tests.Support;
using ActorBroker.Kafka;

namespace ActorBroker.Cli.Tests.Commands;

public sealed class ClusterTests
{
    [Fact]
    public async Task Nodes_are_listed_with_their_state_and_what_they_lead()
    {
        await using var cluster = Orders();
        cluster.Draining.Add(2);

        var lines = (await cluster.RunAsync("cluster nodes")).Ok().Lines;
        var json = (await cluster.RunAsync("cluster nodes --json")).Ok().Json;

        Assert.Equal(["NODE", "ADDRESS", "RACK", "STATUS", "LEADS"], Words(lines[0]));
        Assert.Equal(["1", cluster.Bootstrap, "-", "online", "1"], Words(lines[1]));
        Assert.Equal(["2", "host-2:9092", "r2", "draining", "2"], Words(lines[2]));
        Assert.Equal(["3", "host-3:9093", "-", "fenced", "0"], Words(lines[3]));
        Assert.Equal(["1 online 1", "2 draining 2", "3 fenced 0"], json.Select(node =>
            $"{node.GetProperty("node")} {node.GetProperty("status")} {node.GetProperty("leads")}"));
    }

    [Fact]
    public async Task The_cluster_is_described_with_its_quorum_and_what_is_offline_or_moves()
    {
        await using var cluster = Orders();
        cluster.Moves[("orders", 1)] = 1;

        var text = (await cluster.RunAsync("cluster describe")).Ok().Output;

        Assert.StartsWith("cluster fake: 3 nodes, metadata leader 1\n2 topics, 4 partitions: 1 offline, 1 moving\n", text, StringComparison.Ordinal);
        Assert.Contains("metadata log: epoch 7, committed before 41\n", text, StringComparison.Ordinal);
        Assert.Contains("   1  leader         42    0\n   2  voter          40    2\n   3  observer       12   30\n", text, StringComparison.Ordinal);
        Assert.Contains("\norders-2                  3\n", text, StringComparison.Ordinal);
        Assert.Contains("\norders-1             2   1\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_description_is_one_object_for_scripts()
    {
        await using var cluster = Orders();
        cluster.Moves[("orders", 1)] = 1;

        var json = (await cluster.RunAsync("cluster describe --json")).Ok().Json.Single();

        Assert.Equal(("fake", 1, 2, 4), (
            json.GetProperty("clusterId").GetString(), json.GetProperty("controller").GetInt32(), json.GetProperty("topics").GetInt32(), json.GetProperty("partitions").GetInt32()));
        Assert.Equal(["1 0", "2 2"], json.GetProperty("voters").EnumerateArray().Select(voter => $"{voter.GetProperty("node")} {voter.GetProperty("lag")}"));
        Assert.Equal(30, json.GetProperty("observers")[0].GetProperty("lag").GetInt64());
        Assert.Equal(2, json.GetProperty("offline")[0].GetProperty("partition").GetInt32());
        Assert.Equal(1, json.GetProperty("moves")[0].GetProperty("to")[0].GetInt32());
        Assert.Equal(3, json.GetProperty("brokers").GetArrayLength());
    }

    [Fact]
    public async Task A_broker_that_knows_neither_quorum_nor_moves_nor_its_nodes_states_is_described_all_the_same()
    {
        await using var cluster = Orders();
        cluster.Missing.UnionWith([ApiKey.DescribeQuorum, ApiKey.ListPartitionReassignments, ApiKey.AlterPartitionReassignments, ApiKey.DescribeCluster, ApiKey.DescribeConfigs]);

        Assert.StartsWith("cluster fake: 2 nodes", (await cluster.RunAsync("cluster describe")).Ok().Output, StringComparison.Ordinal);
        Assert.Contains("does not move partitions", (await cluster.RunAsync("topics move orders --to 1")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_image_has_everything()
    {
        await using var cluster = Orders();
        cluster.Moves[("orders", 0)] = 2;

        var text = (await cluster.RunAsync("cluster image")).Ok().Output;
        var json = (await cluster.RunAsync("cluster image --json")).Ok().Json.Single();

        Assert.Contains("retention.ms=5", text, StringComparison.Ordinal);
        Assert.Contains(text.Split('\n'), line => Words(line).SequenceEqual(["orders-0", "1", "4", "1", "1", "2"]));
        Assert.DoesNotContain("segment.bytes", text, StringComparison.Ordinal);
        var orders = json.GetProperty("topics")[0];
        Assert.Equal("5", orders.GetProperty("configs").GetProperty("retention.ms").GetString());
        Assert.Equal(["1", "2", "-1"], orders.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("leader").ToString()));
        Assert.Equal("[2]", orders.GetProperty("partitions")[0].GetProperty("movesTo").ToString());
        Assert.Equal("fenced", json.GetProperty("nodes")[2].GetProperty("status").GetString());
    }

    [Fact]
    public async Task A_node_is_drained_and_used_again()
    {
        await using var cluster = Orders();
        Assert.Equal("draining node 1\n", (await cluster.RunAsync("cluster drain 1")).Ok().Output);
        Assert.Contains(1, cluster.Draining);
        Assert.Equal("node 1 is used again\n", (await cluster.RunAsync("cluster drain 1 --undo")).Ok().Output);
        Assert.Empty(cluster.Draining);
    }

    [Fact]
    public async Task Draining_can_wait_until_the_node_is_empty()
    {
        await using var cluster = Orders();
        Assert.Equal("drained node 2: it holds no partition\n", (await cluster.RunAsync("cluster drain 2 --wait")).Ok().Output);
        Assert.DoesNotContain(2, cluster.Partitions.Values);
    }

    [Fact]
    public async Task A_drain_that_is_refused_says_why()
    {
        await using var cluster = Orders();
        cluster.Refusal = (ErrorCode.InvalidRequest, "there is no other node");
        Assert.Contains("node 2 is not drained: there is no other node", (await cluster.RunAsync("cluster drain 2")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_topic_moves_as_a_whole_except_for_what_is_there()
    {
        await using var cluster = Orders();
        Assert.Equal("moving to node 1: orders-1, orders-2\n", (await cluster.RunAsync("topics move orders --to 1")).Ok().Output);
        Assert.Equal([("orders", 1), ("orders", 2)], cluster.Moves.Keys.Order());
    }

    [Fact]
    public async Task One_partition_moves_and_the_call_waits_for_it()
    {
        await using var cluster = Orders();
        Assert.Equal("moved to node 2: orders-0\n", (await cluster.RunAsync("topics move orders-0 --to 2 --wait")).Ok().Output);
        Assert.Equal(2, cluster.Partitions[("orders", 0)]);
        Assert.Equal("all of it is on node 2 already\n", (await cluster.RunAsync("topics move orders-0 --to 2 --wait")).Ok().Output);
    }

    [Fact]
    public async Task A_topic_that_is_called_like_a_partition_is_meant_first()
    {
        await using var cluster = Orders();
        var json = (await cluster.RunAsync("topics move orders-1 --to 1 --json")).Ok().Json.Single();
        Assert.Equal(("orders-1", "[0]", 1), (json.GetProperty("topic").GetString(), json.GetProperty("partitions").ToString(), json.GetProperty("to").GetInt32()));
    }

    [Fact]
    public async Task A_move_that_somebody_ends_is_not_taken_for_done()
    {
        await using var cluster = Orders();
        cluster.LosesMoves = true;
        Assert.Contains("not moved to node 2: orders-0", (await cluster.RunAsync("topics move orders-0 --to 2 --wait")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Moves_are_stopped()
    {
        await using var cluster = Orders();
        cluster.Moves[("orders", 2)] = 1;
        Assert.Equal("stays where it is: orders-2\n", (await cluster.RunAsync("topics move orders --cancel")).Ok().Output);
        Assert.Empty(cluster.Moves);
        Assert.Contains("nothing of topic 'orders' moves", (await cluster.RunAsync("topics move orders --cancel")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_cannot_move_is_named()
    {
        await using var cluster = Orders();
        Assert.Contains("topic 'nowhere' does not exist", (await cluster.RunAsync("topics move nowhere --to 1")).FailedWith(1).Error, StringComparison.Ordinal);
        Assert.Contains("'nowhere-3' does not exist", (await cluster.RunAsync("topics move nowhere-3 --to 1")).FailedWith(1).Error, StringComparison.Ordinal);
        Assert.Contains("'orders' has no partition 9", (await cluster.RunAsync("topics move orders-9 --to 1")).FailedWith(1).Error, StringComparison.Ordinal);
        cluster.Refusal = (ErrorCode.InvalidReplicaAssignment, "there is no node 7");
        Assert.Contains(
            "orders-0, nor orders-1, orders-2 is not moved: there is no node 7", (await cluster.RunAsync("topics move orders --to 7")).FailedWith(1).Error, StringComparison.Ordinal);
    }

    private static FakeCluster Orders() =>
        new() { Partitions = { [("orders", 0)] = 1, [("orders", 1)] = 2, [("orders", 2)] = 3, [("orders-1", 0)] = 2 } };

    private static string[] Words(string line) => line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
