using ActorBroker.MultiNode.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>The first seed node, the one that may found a cluster, is not there.</summary>
public sealed class SeedNodeSpec(ITestOutputHelper output)
{
    [Fact]
    public Task The_first_seed_comes_back_to_the_cluster_that_grew_without_it() => Cluster.RunAsync(4, output, async cluster =>
    {
        await cluster.StartAsync(1, 2, 3);
        await cluster[1].CreateTopicAsync("orders", partitions: 3);
        await cluster.AwaitImagesAsync(image => image.IsWhole(3), "three nodes");
        await cluster.AwaitVotersAsync(1, 2, 3);

        await cluster.Kill9Async(1);
        await cluster.StartAsync(4);
        await cluster.AwaitImagesAsync(image => image.Node(4)?.Status == "Online", "node 4 has joined through the others");
        await cluster.StartAsync(1);

        await cluster.AwaitImagesAsync(image => image.IsWhole(4) && image.Topic("orders")!.IsSettled, "four nodes with all partitions");
        await cluster.AwaitMembersAsync(1, 2, 3, 4);
        await cluster.AwaitSameImagesAsync();
    });
}
