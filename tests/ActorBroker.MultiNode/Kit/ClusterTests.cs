using ActorBroker.MultiNode.Support;
using Akka.TestKit.MultiNode;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Kit;

/// <summary>What specs use of <see cref="Cluster"/>, with two nodes.</summary>
public sealed class ClusterTests(ITestOutputHelper output)
{
    [Fact]
    public Task Conditions_are_asked_of_the_nodes_that_are_up() => Cluster.RunAsync(2, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster.CutOffAsync(1);
        await cluster.RejoinAsync(1);
        var asked = new List<int>();
        Task<bool> Ask(ClusterNode node)
        {
            asked.Add(node.Id);
            return Task.FromResult(true);
        }

        await cluster.AwaitAllAsync(Ask, "both");
        cluster.Pause(1);
        await cluster.AwaitAllAsync(Ask, "the second");
        cluster.Resume(1);
        await cluster.Kill9Async(2);
        await cluster.AwaitAllAsync(Ask, "the first");

        Assert.Equal([1, 2, 2, 1], asked);
        var failed = await Assert.ThrowsAsync<MultiNodeException>(
            () => cluster.AwaitImagesAsync(image => image.Topic("never") is not null, "a topic", TimeSpan.FromMilliseconds(500)));
        Assert.Contains("a topic: not so on node-1 after 0.5 s\nnode 1 sees {", failed.Message, StringComparison.Ordinal);
    });

    [Fact]
    public Task A_node_that_cannot_start_says_why() => Cluster.RunAsync(1, output, async cluster =>
    {
        cluster[1].Config = "broker.log.flush-policy = sometimes";

        await Assert.ThrowsAsync<MultiNodeException>(() => cluster.StartAsync());

        Assert.Equal(1, await cluster[1].Process.EndAsync(Cluster.Patience));
        Assert.Contains("flush-policy", cluster[1].Process.Tail(), StringComparison.Ordinal);
    });
}
