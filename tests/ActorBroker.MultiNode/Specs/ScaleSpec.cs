using ActorBroker.MultiNode.Support;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>A cluster grows and shrinks.</summary>
public sealed class ScaleSpec(ITestOutputHelper output)
{
    private const int Partitions = 12;

    [Fact]
    public Task Partitions_go_where_nodes_come_and_away_where_they_go() => Cluster.RunAsync(5, output, async cluster =>
    {
        await cluster.StartAsync(1);
        await cluster[1].CreateTopicAsync("orders", Partitions);
        await using (var client = await cluster[1].ConnectAsync())
        {
            for (var partition = 0; partition < Partitions; partition++)
            {
                await client.ProduceAsync("orders", partition, [.. Values(partition)]);
            }
        }

        await cluster.StartAsync(2, 3);
        await AwaitSpreadAsync(cluster, 3);
        await cluster.StartAsync(4, 5);
        await AwaitSpreadAsync(cluster, 5);
        await AssertReadableAsync(cluster);

        await Task.WhenAll(cluster.StopAsync(4), cluster.StopAsync(5));
        await AwaitSpreadAsync(cluster, 3);
        await cluster.AwaitVotersAsync(1, 2, 3);
        await AssertReadableAsync(cluster);
    }, "broker.cluster.balance-delay = 1s");

    private static IEnumerable<string> Values(int partition) => Enumerable.Range(0, 50).Select(number => FormattableString.Invariant($"{partition}-{number}"));

    private static Task AwaitSpreadAsync(Cluster cluster, int nodes) => cluster.AwaitImagesAsync(
        image => image.IsWhole(nodes) && image.Topic("orders")!.IsSpreadOver(nodes), $"all partitions are spread over {nodes} nodes");

    private static async Task AssertReadableAsync(Cluster cluster)
    {
        foreach (var partition in (await cluster[1].ImageAsync()).Topic("orders")!.Partitions)
        {
            await using var client = await cluster[partition.Leader].ConnectAsync();
            Assert.Equal(Values(partition.Number), await client.ConsumeAsync("orders", partition.Number));
        }
    }
}
