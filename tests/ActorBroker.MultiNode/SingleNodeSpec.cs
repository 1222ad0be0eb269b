using ActorBroker.Kafka.Messages;
using ActorBroker.MultiNode.Support;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode;

/// <summary>What holds for one node alone, through the kit.</summary>
public sealed class SingleNodeSpec(ITestOutputHelper output)
{
    /// <summary>Long enough for an answer to come, were there one.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    [Fact]
    public Task A_node_killed_with_kill_9_comes_back_with_its_data() => Cluster.RunAsync(1, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders", partitions: 2);
        await using (var client = await cluster[1].ConnectAsync())
        {
            Assert.Equal(0, await client.ProduceAsync("orders", 0, "a", "b"));
            Assert.Equal(0, await client.ProduceAsync("orders", 1, "c"));
        }

        await cluster.Kill9Async(1);
        await cluster.RestartAsync(1);

        await cluster.AwaitImagesAsync(
            image => image.Node(1)?.Status == "Online" && image.Topic("orders")!.Partitions.All(partition => partition.Leader == 1), "node 1 leads orders");
        await using var again = await cluster[1].ConnectAsync();
        Assert.Equal(["a", "b"], await again.ConsumeAsync("orders", 0));
        Assert.Equal(["c"], await again.ConsumeAsync("orders", 1));
        Assert.Equal(2, await again.ProduceAsync("orders", 0, "d"));
    });

    [Fact]
    public Task A_stopped_node_is_silent_and_goes_on() => Cluster.RunAsync(1, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster[1].CreateTopicAsync("orders");
        await using var client = await cluster[1].ConnectAsync();
        await client.ProduceAsync("orders", 0, "before");

        cluster.Pause(1);
        var answer = client.AskAsync<ProduceResponse>(KafkaRequests.Produce("orders", 0, KafkaRequests.Batch("meanwhile")), 9);
        await Assert.ThrowsAsync<TimeoutException>(() => answer.WaitAsync(Silence));
        cluster.Resume(1);

        Assert.Equal(1, (await answer).Responses[0].PartitionResponses[0].BaseOffset);
        Assert.Equal(["before", "meanwhile"], await client.ConsumeAsync("orders", 0));
        await cluster.StopAsync(1);
    });
}
