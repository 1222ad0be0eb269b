using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends single records at a rate and takes the time until a fetch that waits at the broker brings each of them back.</summary>
internal sealed class LatencyRun(Cluster cluster, string topic, LatencySettings settings)
{
    /// <summary>A value begins with the run's mark and the timestamp of the clock at which the record was due.</summary>
    public const int RecordBytesMin = MarkBytes + sizeof(long);

    private const int MarkBytes = 16;
    private readonly byte[] _mark = Guid.NewGuid().ToByteArray();
    private readonly LatencyHistogram _times = new();
    private readonly TaskCompletionSource _allBack = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _sent = long.MaxValue;   // known at the end
    private long _back;

    /// <param name="start">Called when all is ready.</param>
    public async Task<RunResult> RunAsync(Func<Workload> start, CancellationToken cancellationToken)
    {
        var info = await cluster.TopicAsync(topic, cancellationToken);
        int[] partitions = [.. info.Partitions.Select(partition => partition.Index)];
        var ends = await new OffsetLookup(cluster, topic).FindAsync(partitions, OffsetLookup.End, isCommittedOnly: false, cancellationToken);
        using var sending = await BenchLinks.OpenAsync(cluster, info, perLeader: 1, cancellationToken);
        using var receiving = await BenchLinks.OpenAsync(cluster, info, perLeader: 1, cancellationToken);
        var receivers = receiving.All.Select(link => Crew.OnThread(
            link.Connection, new LatencyReceiver(link, cluster.Options.Clock, topic, _mark, ends, Came, () => _allBack.Task.IsCompleted).Run));
        var took = TimeSpan.Zero;
        await Crew.RunAsync(
            [
                .. receivers,
                async token =>
                {
                    var load = start();
                    LatencySender[] senders = [.. sending.All.Select(link => new LatencySender(link, cluster, topic, settings, _mark, load))];
                    await Crew.RunAsync(sending.All.Zip(senders, (link, sender) => Crew.OnThread(link.Connection, sender.Run)), token);
                    await WaitForAllAsync(senders.Sum(sender => sender.Records), token);
                    took = load.Elapsed;
                },
            ],
            cancellationToken);
        return new RunResult(
            [
                new Figure("RECORDS", "records", _back, 0),
                new Figure("SECONDS", "seconds", took.TotalSeconds, 3),
                new Figure("RECORDS/S", "recordsPerSecond", _back / Math.Max(took.TotalSeconds, 1e-6), 0),
                .. Figure.OfTimes(_times, 50, 99, 99.9),
            ],
            _back,
            Bytes: 0);
    }

    private void Came(TimeSpan time)
    {
        _times.Add(time);
        if (Interlocked.Increment(ref _back) >= Interlocked.Read(ref _sent)) _allBack.TrySetResult();
    }

    private async Task WaitForAllAsync(long sent, CancellationToken cancellationToken)
    {
        Interlocked.Exchange(ref _sent, sent);
        if (Interlocked.Read(ref _back) >= sent) _allBack.TrySetResult();
        try
        {
            await _allBack.Task.WaitAsync(cluster.Options.RequestTimeout, cluster.Options.Clock, cancellationToken);
        }
        catch (TimeoutException cause)
        {
            throw new CliException($"topic '{topic}': {sent - Interlocked.Read(ref _back)} of {sent} records did not come back within {cluster.Options.RequestTimeout.TotalSeconds} s", cause);
        }
    }
}
