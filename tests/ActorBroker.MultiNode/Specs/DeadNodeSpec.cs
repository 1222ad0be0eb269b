using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.MultiNode.Support;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>A node is killed, or stands still; its partitions have no other replica.</summary>
public sealed class DeadNodeSpec(ITestOutputHelper output)
{
    private const int Partitions = 6;
    private const int Dead = 2;

    [Fact]
    public Task Partitions_of_a_killed_node_have_no_leader_until_it_is_back_with_their_data() => Cluster.RunAsync(3, output, async cluster =>
    {
        var lost = await StartAsync(cluster);
        await cluster.Kill9Async(Dead);
        await cluster.AwaitImagesAsync(
            image => image.Topic("orders")!.Partitions.All(partition => partition.Leader == -1 == lost.Contains(partition.Number)), "its partitions alone have no leader");
        foreach (var node in cluster.Nodes.Where(node => node.IsUp))
        {
            await AssertMetadataAsync(node, lost);
        }

        foreach (var partition in (await cluster[1].ImageAsync()).Topic("orders")!.Partitions.Where(partition => partition.Leader > 0))
        {
            await using var client = await cluster[partition.Leader].ConnectAsync();
            Assert.Equal(1, await client.ProduceAsync("orders", partition.Number, "meanwhile"));
        }

        await cluster.StartAsync(Dead);
        await AssertBackAsync(cluster, lost);
    });

    /// <summary>Long enough to be missed, too short to be expelled.</summary>
    [Fact]
    public Task A_node_that_stood_still_goes_on_with_its_partitions() => Cluster.RunAsync(3, output, async cluster =>
    {
        var held = await StartAsync(cluster);
        cluster.Pause(Dead);
        await cluster.AwaitImagesAsync(image => image.Node(Dead)?.Status == "Offline", "it is missed");
        cluster.Resume(Dead);
        await AssertBackAsync(cluster, held);
        Assert.Equal(1, await cluster[Dead].LivesAsync());
    }, Cluster.NobodyIsExpelled);

    /// <returns>The partitions of the node that will be dead. Each partition has one record.</returns>
    private static async Task<HashSet<int>> StartAsync(Cluster cluster)
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", Partitions);
        await cluster.AwaitImagesAsync(image => image.IsWhole(3) && image.Topic("orders")!.IsSpreadOver(3), "three nodes with a topic");
        await cluster.AwaitVotersAsync(1, 2, 3);
        var partitions = (await cluster[1].ImageAsync()).Topic("orders")!.Partitions;
        foreach (var partition in partitions)
        {
            await using var client = await cluster[partition.Leader].ConnectAsync();
            Assert.Equal(0, await client.ProduceAsync("orders", partition.Number, "before"));
        }

        return [.. partitions.Where(partition => partition.Leader == Dead).Select(partition => partition.Number)];
    }

    private static async Task AssertMetadataAsync(ClusterNode node, HashSet<int> lost)
    {
        await using var client = await node.ConnectAsync();
        var metadata = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [new() { Name = "orders" }] }, 9);
        foreach (var partition in metadata.Topics[0].Partitions)
        {
            var isLost = lost.Contains(partition.PartitionIndex);
            Assert.Equal(isLost ? ErrorCode.LeaderNotAvailable : ErrorCode.None, (ErrorCode)partition.ErrorCode);
            Assert.Equal(isLost, partition.LeaderId == -1);
        }
    }

    private static async Task AssertBackAsync(Cluster cluster, HashSet<int> partitions)
    {
        await cluster.AwaitImagesAsync(
            image => image.IsWhole(3) && image.Topic("orders")!.Partitions.All(partition => partition.Leader == Dead == partitions.Contains(partition.Number) && partition.Leader > 0),
            "it leads what it had");
        await using var client = await cluster[Dead].ConnectAsync();
        foreach (var partition in partitions)
        {
            Assert.Equal(["before"], await client.ConsumeAsync("orders", partition));
            Assert.Equal(1, await client.ProduceAsync("orders", partition, "afterwards"));
        }
    }
}
