using ActorBroker.MultiNode.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>Nodes end in good order while clients produce.</summary>
public sealed class RollingRestartSpec(ITestOutputHelper output)
{
    private const int Partitions = 6;

    /// <summary>So that a node gets partitions back soon after its start.</summary>
    private const string BalanceSoon = "broker.cluster.balance-delay = 1s";

    /// <summary>A tenth of it on an idle machine; here others may be at work, too.</summary>
    private static readonly TimeSpan GapMax = TimeSpan.FromSeconds(2);

    [Fact]
    public Task No_acknowledged_record_is_lost_when_each_node_in_turn_is_restarted() => Cluster.RunAsync(3, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", Partitions);
        await using var load = ProduceLoad.Start(cluster, "orders", Partitions);
        await load.AdvanceAsync(20);
        load.ForgetGaps();
        foreach (var node in cluster.Nodes)
        {
            await cluster.StopAsync(node.Id);
            await load.AdvanceAsync(20);
            await cluster.StartAsync(node.Id);
            await cluster.AwaitImagesAsync(
                image => image.IsWhole(3) && image.Topic("orders")!.IsSpreadOver(3), $"node {node.Id} is back and has its part of the partitions");
        }

        await load.AdvanceAsync(20);
        await load.StopAsync();
        load.Describe(output);
        await load.VerifyAsync();
    }, BalanceSoon);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public Task A_node_that_leaves_keeps_nobody_waiting_for_its_partitions(bool isMetadataLeader) => Cluster.RunAsync(3, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", Partitions);
        await cluster.AwaitImagesAsync(image => image.IsWhole(3), "three nodes");
        await cluster.AwaitVotersAsync(1, 2, 3);
        var metadataLeader = (await cluster[1].ImageAsync()).MetadataLeader;
        var leaving = isMetadataLeader ? metadataLeader : cluster.Nodes.First(node => node.Id != metadataLeader).Id;
        await using var load = ProduceLoad.Start(cluster, "orders", Partitions);
        await load.AdvanceAsync(100);
        load.ForgetGaps();
        await cluster.StopAsync(leaving);
        await load.AdvanceAsync(20);
        await load.StopAsync();

        output.WriteLine($"node {leaving} left, node {metadataLeader} led the metadata");
        load.Describe(output);
        await load.VerifyAsync();
        Assert.InRange(load.LongestGap, TimeSpan.Zero, GapMax);
        await cluster.AwaitImagesAsync(image => image.IsWhole(2) && image.Topic("orders")!.IsSettled, "the other two have everything");
    });
}
