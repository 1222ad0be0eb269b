using System.Diagnostics;
using ActorBroker.Tests.Support;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Support;

/// <summary>Keeps producing numbered records to all partitions of a topic, one at a time in each, whatever happens to the nodes, and knows
/// what was acknowledged.</summary>
internal sealed class ProduceLoad : IAsyncDisposable
{
    private readonly Cluster _cluster;
    private readonly string _topic;
    private readonly CancellationTokenSource _stop = new();
    private readonly LoadLane[] _lanes;
    private readonly Task _running;

    private ProduceLoad(Cluster cluster, string topic, int partitions)
    {
        (_cluster, _topic) = (cluster, topic);
        _lanes = [.. Enumerable.Range(0, partitions).Select(partition => new LoadLane(cluster, topic, partition))];
        _running = Task.WhenAll(_lanes.Select(lane => Task.Run(() => lane.RunAsync(_stop.Token))));
    }

    /// <summary>Between two acknowledged records of the partition that waited longest, since <see cref="ForgetGaps"/>.</summary>
    public TimeSpan LongestGap => _lanes.Max(lane => lane.LongestGap);

    public static ProduceLoad Start(Cluster cluster, string topic, int partitions) => new(cluster, topic, partitions);

    /// <summary>Waits until so many more records are acknowledged in each partition.</summary>
    public async Task AdvanceAsync(int records)
    {
        var goals = _lanes.Select(lane => lane.Acknowledged + records).ToArray();
        var began = Stopwatch.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        while (_lanes.Where((lane, i) => lane.Acknowledged < goals[i]).ToArray() is { Length: > 0 } waiting)
        {
            if (Stopwatch.GetElapsedTime(began) > Cluster.Patience)
            {
                Assert.Fail($"nothing is acknowledged any more: {string.Join("; ", waiting.Select(lane => lane.ToString()))}");
            }

            await timer.WaitForNextTickAsync();
        }
    }

    /// <summary>Gaps count from now on: the first records wait for compilers.</summary>
    public void ForgetGaps() => Array.ForEach(_lanes, lane => lane.ForgetGaps());

    /// <summary>No more records. Those that are under way are acknowledged, or given up.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _running;
    }

    /// <summary>Fails unless each acknowledged record is where it was said to be, in order, with nothing that was not sent.</summary>
    public async Task VerifyAsync()
    {
        var image = await _cluster.Nodes.First(node => node.IsUp).ImageAsync();
        foreach (var lane in _lanes)
        {
            await using var client = await _cluster[image.Topic(_topic)!.Partitions[lane.Partition].Leader].ConnectAsync();
            lane.Verify(await client.ConsumeAsync(_topic, lane.Partition));
        }
    }

    public void Describe(ITestOutputHelper output)
    {
        foreach (var lane in _lanes)
        {
            output.WriteLine(lane.ToString());
        }
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }
}
