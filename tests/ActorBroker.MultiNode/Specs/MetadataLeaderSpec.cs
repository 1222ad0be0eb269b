using System.Collections.Concurrent;
using System.Diagnostics;
using ActorBroker.MultiNode.Support;
using Akka.TestKit.MultiNode;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Specs;

/// <summary>The node that leads the metadata is lost, for good or for a while.</summary>
public sealed class MetadataLeaderSpec(ITestOutputHelper output)
{
    private const int Partitions = 3;

    /// <summary>Three on an idle machine; here others may be at work, too.</summary>
    private static readonly TimeSpan ReplacedWithin = TimeSpan.FromSeconds(10);

    private static readonly TimeSpan CreatedWithin = TimeSpan.FromSeconds(3);

    [Fact]
    public Task Topics_confirmed_while_the_metadata_leader_is_killed_are_there_and_none_is_there_in_part() => Cluster.RunAsync(3, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster.AwaitImagesAsync(image => image.IsWhole(3), "three nodes");
        await cluster.AwaitVotersAsync(1, 2, 3);
        var confirmed = new ConcurrentBag<string>();
        var unconfirmed = new ConcurrentDictionary<string, string>();
        using var stop = new CancellationTokenSource();
        var creating = Task.WhenAll(cluster.Nodes.Select(node => CreateAsync(node, confirmed, unconfirmed, stop.Token)));
        await AwaitMoreAsync(cluster, confirmed, 6);

        var leader = (await cluster[1].ImageAsync()).MetadataLeader;
        await cluster.Kill9Async(leader);
        var clock = Stopwatch.StartNew();
        await cluster.AwaitImagesAsync(image => image.MetadataLeader > 0 && image.MetadataLeader != leader, "another metadata leader");
        output.WriteLine($"the others knew another metadata leader {clock.Elapsed.TotalSeconds:F1} s after node {leader} was killed");
        Assert.InRange(clock.Elapsed, TimeSpan.Zero, ReplacedWithin);

        await AwaitMoreAsync(cluster, confirmed, 6);
        await cluster.StartAsync(leader);
        await AwaitMoreAsync(cluster, confirmed, 3);
        await stop.CancelAsync();
        await creating;
        output.WriteLine($"{confirmed.Count} topics confirmed; not: {string.Join("; ", unconfirmed.Select(pair => $"{pair.Key} ({pair.Value})"))}");

        await cluster.AwaitImagesAsync(image => image.IsWhole(3) && image.Topics.All(topic => topic.IsSettled), "all partitions of all topics have leaders");
        await cluster.AwaitSameImagesAsync();
        var topics = (await cluster[1].ImageAsync()).Topics;
        Assert.All(topics, topic => Assert.Equal(Partitions, topic.Partitions.Count));
        Assert.Subset(topics.Select(topic => topic.Name).ToHashSet(), confirmed.ToHashSet());
        Assert.Subset(confirmed.Concat(unconfirmed.Keys).ToHashSet(), topics.Select(topic => topic.Name).ToHashSet());
    });

    [Fact]
    public Task A_metadata_leader_that_was_paused_is_replaced_and_follows_afterwards() => Cluster.RunAsync(3, output, async cluster =>
    {
        await cluster.StartAsync();
        await cluster.AwaitImagesAsync(image => image.IsWhole(3), "three nodes");
        await cluster.AwaitVotersAsync(1, 2, 3);
        var leader = (await cluster[1].ImageAsync()).MetadataLeader;
        var other = cluster.Nodes.First(node => node.Id != leader);

        cluster.Pause(leader);
        await cluster.AwaitImagesAsync(image => image.MetadataLeader > 0 && image.MetadataLeader != leader, "another metadata leader");
        await cluster.AwaitImagesAsync(image => image.Node(leader)?.Status == "Offline", "the paused node is missed");
        await other.CreateTopicAsync("meanwhile", Partitions);
        var replacement = (await other.ImageAsync()).MetadataLeader;
        cluster.Resume(leader);

        await cluster.AwaitImagesAsync(image => image.IsWhole(3) && image.MetadataLeader == replacement, "the one that was paused follows");
        await cluster.AwaitSameImagesAsync();
        await cluster[leader].CreateTopicAsync("afterwards", Partitions);
        await cluster.AwaitImagesAsync(image => image.Topic("afterwards")?.IsSettled == true, "a topic that was created through it");
    }, Cluster.NobodyIsExpelled);

    private static async Task CreateAsync(ClusterNode node, ConcurrentBag<string> confirmed, ConcurrentDictionary<string, string> unconfirmed, CancellationToken stop)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
        for (var number = 0; !stop.IsCancellationRequested; number++)
        {
            if (node.IsUp)
            {
                var name = FormattableString.Invariant($"topic-{node.Id}-{number}");
                try
                {
                    if (await node.TryCreateTopicAsync(name, Partitions, timeout: CreatedWithin) is { } refusal)
                    {
                        unconfirmed[name] = refusal;
                    }
                    else
                    {
                        confirmed.Add(name);
                    }
                }
                catch (Exception lost) when (lost is MultiNodeException or IOException)
                {
                    unconfirmed[name] = "its node was killed";
                }
            }

            await pace.WaitForNextTickAsync(CancellationToken.None);
        }
    }

    private static Task AwaitMoreAsync(Cluster cluster, ConcurrentBag<string> confirmed, int more)
    {
        var goal = confirmed.Count + more;
        return cluster.AwaitAllAsync(_ => Task.FromResult(confirmed.Count >= goal), $"{goal} topics confirmed");
    }
}
