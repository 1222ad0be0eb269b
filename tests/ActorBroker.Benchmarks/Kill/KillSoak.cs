using System.Diagnostics;
using System.Globalization;
using System.Net.Sockets;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Kills a node (kill -9) under load again and again. What it has acknowledged must be there afterwards, once, where it said, and
/// nobody who reads may ever see a gap, an offset twice, or something that goes away again.</summary>
/// <param name="folder">For the node's data and log; it stays.</param>
/// <param name="output">What happens, a line each.</param>
internal sealed class KillSoak(KillPlan plan, string folder, TextWriter output) : IDisposable
{
    private static readonly TimeSpan StopMax = TimeSpan.FromMinutes(1);
    private readonly Random _random = new(plan.Seed);
    private readonly int _port = FreePorts.Take();
    private readonly int _akkaPort = FreePorts.Take();
    private readonly List<TimeSpan> _starts = [];
    private NodeProcess? _node;
    private int _kills;
    private long _compared;

    /// <exception cref="PromiseBrokenException">The broker did what it must never do; the message says what.</exception>
    public async Task RunAsync(CancellationToken end)
    {
        await StartAsync(end);
        await Load.CreateTopicsAsync(_port, end);
        var load = new Load(_port, plan.Seed);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
        var running = load.RunAsync(enough.Token);
        var killing = KillAsync(load, enough.Token);
        await Task.WhenAny(running, killing);
        await enough.CancelAsync();
        await Task.WhenAll(running, killing);
        await CompareAsync(load, end);
        await StopAsync(end);
        await StartAsync(end);
        await CompareAsync(load, end);
        await StopAsync(end);
        Report(load);
    }

    public void Dispose() => _node?.Dispose();

    private async Task KillAsync(Load load, CancellationToken end)
    {
        while (_kills < plan.Times)
        {
            var isHurry = _random.Next(plan.RestartsPerHurry) == 0;
            if (!isHurry)
            {
                await CompareAsync(load, end);
            }

            var served = plan.ServedMin + ((plan.ServedMax - plan.ServedMin) * _random.NextDouble());
            await Pause.ForAsync(served, end);
            await KillNodeAsync(end);
            while (_kills < plan.Times && _random.Next(plan.StartsPerEarlyKill) == 0)
            {
                Launch();
                await Pause.ForAsync(plan.ServedMin + (_starts[0] * _random.NextDouble()), end);
                await KillNodeAsync(end);
            }

            var took = await StartAsync(end);
            output.WriteLine(Text($"kill {_kills} of {plan.Times} {(isHurry ? "soon" : "later")} after {served.TotalMilliseconds:N0} ms; served again after {took.TotalMilliseconds:N0} ms; {load.Ledgers.Sum(ledger => ledger.Acknowledged):N0} acknowledged"));
        }
    }

    private async Task KillNodeAsync(CancellationToken end)
    {
        await _node!.KillAsync(end);
        _kills++;
    }

    private void Launch()
    {
        string[] settings =
        [
            Text($"broker.log.segment-bytes={Load.SegmentBytes}b"), Text($"broker.log.batch-bytes-max={Load.SegmentBytes}b"),
            "broker.log.retention-age=infinite", "broker.storage.retention-check-interval=200ms", "broker.cluster.records-per-snapshot=50",
        ];
        string[] arguments =
        [
            "--data", Path.Combine(folder, "data"), "--kafka-port", Text($"{_port}"), "--akka-port", Text($"{_akkaPort}"), "--http-port", "-1",
            .. settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        _node?.Dispose();
        _node = new NodeProcess(arguments, Path.Combine(folder, "node.log"));
    }

    private async Task<TimeSpan> StartAsync(CancellationToken end)
    {
        var started = Stopwatch.GetTimestamp();
        Launch();
        try
        {
            await _node!.Ready.WaitAsync(plan.StartMax, end);
        }
        catch (TimeoutException)
        {
            throw new PromiseBrokenException(Text($"after kill {_kills} the node does not serve within {plan.StartMax.TotalSeconds:N0} s"));
        }
        catch (InvalidOperationException ended)
        {
            throw new PromiseBrokenException(Text($"after kill {_kills} the node does not start: {ended.Message}"));
        }

        var took = Stopwatch.GetElapsedTime(started);
        _starts.Add(took);
        return took;
    }

    private Task StopAsync(CancellationToken end) => _node!.TerminateAsync(end).WaitAsync(StopMax, end);

    /// <summary>Reads all that is there. A node that has just started may have to be asked again.</summary>
    private async Task CompareAsync(Load load, CancellationToken end)
    {
        long? failedAt = null;
        while (true)
        {
            try
            {
                using var client = await KafkaClient.ConnectAsync(_port, end);
                foreach (var ledger in load.Ledgers)
                {
                    _compared += await LogCheck.RunAsync(client, ledger, end);
                }

                return;
            }
            catch (Exception cause) when (cause is IOException or SocketException)
            {
                failedAt ??= Stopwatch.GetTimestamp();
                if (Stopwatch.GetElapsedTime(failedAt.Value) > plan.StartMax)
                {
                    throw new PromiseBrokenException(Text($"after kill {_kills} nobody can read all that is there for {plan.StartMax.TotalSeconds:N0} s: {cause.Message}"));
                }

                await Pause.ForAsync(plan.ServedMin, end);
            }
        }
    }

    private void Report(Load load)
    {
        var acknowledged = load.Ledgers.Sum(ledger => ledger.Acknowledged);
        var read = load.Ledgers.Sum(ledger => ledger.Read);
        var starts = _starts.Order().ToArray();
        output.WriteLine(Text($"{_kills} kills, seed {plan.Seed}: every promise kept."));
        output.WriteLine(Text($"{acknowledged:N0} records acknowledged, {read:N0} read, {_compared:N0} of them in comparisons; {load.Commits:N0} offsets committed; {load.TopicsCreated:N0} topics created and deleted"));
        output.WriteLine(Text($"{starts.Length} starts: median {starts[starts.Length / 2].TotalMilliseconds:N0} ms, max {starts[^1].TotalMilliseconds:N0} ms"));
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
