using System.Diagnostics;
using ActorBroker.MultiNode.Support;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>Nodes become a cluster.</summary>
public sealed class FormingSpec(ITestOutputHelper output)
{
    /// <summary>Five on an idle machine; here others may be at work, too.</summary>
    private static readonly TimeSpan UpWithin = TimeSpan.FromSeconds(20);

    [Fact]
    public Task Three_nodes_started_together_are_one_cluster_that_serves_a_topic() => Cluster.RunAsync(3, output, async cluster =>
    {
        var clock = Stopwatch.StartNew();
        await cluster.StartAsync();
        await cluster[2].CreateTopicAsync("orders", partitions: 6);
        output.WriteLine($"up, and the first topic created, after {clock.Elapsed.TotalSeconds:F1} s");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, UpWithin);

        await cluster.AwaitImagesAsync(image => image.IsWhole(3), "three nodes online and one metadata leader");
        var topic = (await cluster[3].ImageAsync()).Topic("orders")!;
        Assert.Equal([2, 2, 2], topic.Partitions.GroupBy(partition => partition.Leader).Select(group => group.Count()));
        foreach (var partition in topic.Partitions)
        {
            await using var client = await cluster[partition.Leader].ConnectAsync();
            Assert.Equal(0, await client.ProduceAsync("orders", partition.Number, "a", "b"));
            Assert.Equal(["a", "b"], await client.ConsumeAsync("orders", partition.Number));
        }
    });

    [Fact]
    public Task Five_nodes_that_join_at_once_are_one_cluster() => Cluster.RunAsync(5, output, async cluster =>
    {
        await cluster.StartAsync(1);
        await cluster.StartAsync(2, 3, 4, 5);
        await cluster.AwaitImagesAsync(image => image.IsWhole(5), "five nodes online and one metadata leader");
        Assert.Single(await LeadersAsync(cluster));
    });

    [Fact]
    public Task A_whole_cluster_that_was_killed_comes_back_with_its_topics_and_data() => Cluster.RunAsync(3, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", partitions: 3);
        var before = (await cluster[1].ImageAsync()).Topic("orders")!;
        await using (var client = await cluster[before.Partitions[0].Leader].ConnectAsync())
        {
            await client.ProduceAsync("orders", 0, "kept");
        }

        await Task.WhenAll(cluster.Kill9Async(1), cluster.Kill9Async(2), cluster.Kill9Async(3));
        await cluster.StartAsync();
        await cluster.AwaitImagesAsync(
            image => image.IsWhole(3) && image.Topic("orders") is { } topic && topic.Partitions.All(partition => partition.Leader > 0), "all is back");
        await using var again = await cluster[before.Partitions[0].Leader].ConnectAsync();
        Assert.Equal(["kept"], await again.ConsumeAsync("orders", 0));
    });

    private static async Task<HashSet<int>> LeadersAsync(Cluster cluster)
    {
        var images = await Task.WhenAll(cluster.Nodes.Select(node => node.ImageAsync()));
        return [.. images.Select(image => image.MetadataLeader)];
    }
}
