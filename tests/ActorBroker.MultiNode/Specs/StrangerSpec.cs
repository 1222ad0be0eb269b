using ActorBroker.MultiNode.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>A process wants to be a node of a cluster where it has no place.</summary>
public sealed class StrangerSpec(ITestOutputHelper output)
{
    [Fact]
    public Task A_node_id_that_is_in_use_is_not_given_to_another_process() => Cluster.RunAsync(2, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster.AwaitImagesAsync(image => image.IsWhole(2), "two nodes");

        await AssertEndsAsync(cluster.AddStranger(1, cluster[2].AkkaAddress), "node id 1 is in use");

        await AssertGoesOnAsync(cluster);
    });

    [Fact]
    public Task A_data_folder_of_another_cluster_is_not_taken_in() => Cluster.RunAsync(2, output, async cluster =>
    {
        var stranger = cluster.AddStranger(9);
        stranger.Launch();
        await cluster.StartAsync();
        await stranger.ReadyAsync(Cluster.Patience);
        await cluster.AwaitImagesAsync(image => image.IsWhole(2), "two nodes");
        Assert.Equal(0, await stranger.Process.StopAsync(Cluster.Patience));

        stranger.Seeds = [cluster[1].AkkaAddress, cluster[2].AkkaAddress];
        await AssertEndsAsync(stranger, "belongs to cluster");

        await AssertGoesOnAsync(cluster);
    });

    private static async Task AssertEndsAsync(ClusterNode stranger, string reason)
    {
        stranger.Launch();
        Assert.Equal(1, await stranger.Process.EndAsync(Cluster.Patience));
        Assert.Contains(reason, stranger.Process.Tail(), StringComparison.Ordinal);
    }

    private static async Task AssertGoesOnAsync(Cluster cluster)
    {
        await cluster[2].CreateTopicAsync("afterwards", partitions: 4);
        await cluster.AwaitImagesAsync(image => image.IsWhole(2) && image.Topic("afterwards")?.IsSpreadOver(2) == true, "two nodes, as before");
        await cluster.AwaitMembersAsync(1, 2);
    }
}
