using ActorBroker.MultiNode.Roles;
using ActorBroker.MultiNode.Support;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>One node of three is cut off from the other two, but not from its clients.</summary>
public sealed class MinoritySpec(ITestOutputHelper output)
{
    private const int Partitions = 6;

    private static readonly TimeSpan NoMajorityFor = TimeSpan.FromSeconds(3);

    /// <summary>Healed before anybody is expelled.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_node_that_is_cut_off_changes_no_metadata_and_is_one_of_them_again_afterwards(bool isMetadataLeader) => Cluster.RunAsync(3, output, async cluster =>
    {
        var lonely = await StartAsync(cluster, isMetadataLeader);
        var other = cluster.Nodes.First(node => node.Id != lonely);
        var mine = (await other.ImageAsync()).Topic("orders")!.Partitions.First(partition => partition.Leader == lonely).Number;
        await cluster.CutOffAsync(lonely);

        var refusal = await cluster[lonely].TryCreateTopicAsync("nowhere", timeout: NoMajorityFor);
        output.WriteLine($"through the node that is cut off: {refusal}");
        Assert.NotNull(refusal);
        await cluster.AwaitAllAsync(
            async node => node.Id == lonely || (await node.ImageAsync() is var image && image.Node(lonely)!.Status == "Offline" && image.MetadataLeader != lonely), "the others miss it");
        await other.CreateTopicAsync("elsewhere", Partitions);
        await using (var client = await cluster[lonely].ConnectAsync())
        {
            await client.ProduceAsync("orders", mine, "alone");
        }

        await cluster.RejoinAsync(lonely);
        await AwaitWholeAsync(cluster);
        Assert.Null((await cluster[lonely].ImageAsync()).Topic("nowhere"));
        Assert.NotNull((await cluster[lonely].ImageAsync()).Topic("elsewhere"));
        Assert.Equal(1, await cluster[lonely].LivesAsync());
        await using var again = await cluster[lonely].ConnectAsync();
        Assert.Equal(["alone"], await again.ConsumeAsync("orders", mine));
    }, Cluster.NobodyIsExpelled);

    /// <summary>The first of the seeds goes on long enough to found a cluster of its own, which nobody else is a member of.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public Task A_node_that_was_expelled_comes_back_with_its_data(int lonely) => Cluster.RunAsync(3, output, async cluster =>
    {
        await StartAsync(cluster, isMetadataLeader: true);
        var other = cluster.Nodes.First(node => node.Id != lonely);
        var mine = (await other.ImageAsync()).Topic("orders")!.Partitions.First(partition => partition.Leader == lonely).Number;
        await using (var client = await cluster[lonely].ConnectAsync())
        {
            await client.ProduceAsync("orders", mine, "before");
        }

        await cluster.CutOffAsync(lonely);
        await cluster.AwaitAllAsync(async node => await node.LivesAsync() == (node.Id == lonely ? 2 : 1), "it is expelled and begins again");
        await other.CreateTopicAsync("elsewhere", Partitions);
        if (lonely == 1)
        {
            await cluster.AwaitAllAsync(node => Task.FromResult(node.Id != lonely || HasFoundedAgain(node)), "it is alone in a cluster of its own");
        }

        await cluster.RejoinAsync(lonely);
        await AwaitWholeAsync(cluster);
        await using var again = await cluster[lonely].ConnectAsync();
        Assert.Equal(["before"], await again.ConsumeAsync("orders", mine));
        Assert.Equal(1, await again.ProduceAsync("orders", mine, "afterwards"));
    }, "akka.cluster.split-brain-resolver.stable-after = 3s");

    private static bool HasFoundedAgain(ClusterNode node)
    {
        var lines = node.Process.Tail(200);
        var again = lines.LastIndexOf("expelled: begins again", StringComparison.Ordinal);
        return again >= 0 && lines.IndexOf("forming a new cluster", again, StringComparison.Ordinal) >= 0;
    }

    /// <returns>The node that leads the metadata, or one that does not.</returns>
    private static async Task<int> StartAsync(Cluster cluster, bool isMetadataLeader)
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", Partitions);
        await cluster.AwaitImagesAsync(image => image.IsWhole(3) && image.Topic("orders")!.IsSpreadOver(3), "three nodes with a topic");
        await cluster.AwaitVotersAsync(1, 2, 3);
        var leader = (await cluster[1].ImageAsync()).MetadataLeader;
        return isMetadataLeader ? leader : cluster.Nodes.First(node => node.Id != leader).Id;
    }

    private static async Task AwaitWholeAsync(Cluster cluster)
    {
        await cluster.AwaitImagesAsync(Whole, "all nodes and partitions are there again");
        await cluster.AwaitSameImagesAsync();

        static bool Whole(ImageSummary image) => image.IsWhole(3) && image.Topics.All(topic => topic.IsSettled);
    }
}
