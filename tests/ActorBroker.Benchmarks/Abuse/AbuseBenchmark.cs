using System.Diagnostics;
using System.Globalization;
using ActorBroker.Benchmarks.Cluster;

namespace ActorBroker.Benchmarks.Abuse;

/// <summary>One node, clients that abuse it, each kind in a process of its own, and a producer and a consumer that must not notice.</summary>
/// <remarks>The abusers and the node share the machine with those two. What that alone costs them is seen while the same clients abuse another
/// node beside this one: the rest is what one client of a node does to another.</remarks>
internal sealed class AbuseBenchmark(AbuseNode node, AbuseNode other, Probe probe, double part, CancellationToken end)
{
    /// <summary>The 99th percentile may be so many times its idle value, ...</summary>
    private const double RatioMax = 2;

    /// <summary>... or so many times what it is while another node is abused: then it is the machine's.</summary>
    private const double RatioBesideMax = 1.25;

    private static readonly TimeSpan BesideMax = TimeSpan.FromSeconds(20);
    private const long OrdinaryMax = 200;

    /// <summary>An idle node, both totals, one large request, 5,000 connections: 70 + 128 + 100 + 100 MB.</summary>
    private const long PeakMax = 400;
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);

    /// <summary>The abuser's process has started, been compiled and opened its connections: that takes the cores, too, and is not the abuse.</summary>
    private static readonly TimeSpan Settling = TimeSpan.FromSeconds(8);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Sample = TimeSpan.FromMilliseconds(50);

    private readonly List<string> _rows = [];
    private readonly List<string> _missed = [];

    /// <summary><c>abuse [--seconds-factor F] [--only KIND]</c>; <c>abuse --peer KIND PORT SECONDS</c> is what it starts itself.</summary>
    /// <returns>1 when a goal is missed.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args is ["--peer", var kind, var port, var seconds])
        {
            return await AbusePeer.RunAsync(kind, int.Parse(port, CultureInfo.InvariantCulture), TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture)));
        }

        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToDictionary(pair => pair[0], pair => pair[1]);
        using var interrupted = new CancellationTokenSource();
        Console.CancelKeyPress += (_, pressed) =>
        {
            pressed.Cancel = true;
            interrupted.Cancel();
        };
        using var node = await AbuseNode.StartAsync(interrupted.Token);
        using var other = await AbuseNode.StartAsync(interrupted.Token);
        await other.FillAsync(interrupted.Token);
        await using var probe = await Probe.StartAsync(node.Port, interrupted.Token);
        var benchmark = new AbuseBenchmark(node, other, probe, double.Parse(options.GetValueOrDefault("--seconds-factor", "1"), CultureInfo.InvariantCulture), interrupted.Token);
        return await benchmark.MeasureAsync(options.GetValueOrDefault("--only"));
    }

    private async Task<int> MeasureAsync(string? only)
    {
        await node.FillAsync(end);
        await Pause.ForAsync(WarmUp, end);
        Console.WriteLine($"load of the machine: {(File.Exists("/proc/loadavg") ? await File.ReadAllTextAsync("/proc/loadavg", end) : "unknown").Trim()}");
        if (node.ResidentMegabytes > OrdinaryMax)
        {
            _missed.Add($"{node.ResidentMegabytes} MB resident in ordinary load, above {OrdinaryMax} MB");
        }

        (string Kind, string What, double Seconds, long MoreMax)[] abuses =
        [
            ("idle", "5,000 idle connections", 20, 100),
            ("deaf", "8 clients that never read", 40, PeakMax),
            ("slow", "200 clients that send one byte a second", 20, 50),
            ("churn", "1,000 connections opened and dropped a second", 60, 50),
            ("greedy", "a consumer that asks for 2 GB", 20, PeakMax),
        ];
        foreach (var (kind, what, seconds, moreMax) in abuses.Where(abuse => only is null || abuse.Kind == only))
        {
            await AbuseAsync(kind, what, TimeSpan.FromSeconds(seconds * part), moreMax);
        }

        Console.WriteLine();
        Console.WriteLine("| abuse | acks=1 p99: idle, another node abused, abused | ratio | end to end p99: the same | ratio | resident MB: before, peak, after |");
        Console.WriteLine("| --- | --- | ---: | --- | ---: | --- |");
        _rows.ForEach(Console.WriteLine);
        _missed.ForEach(missed => Console.WriteLine($"missed: {missed}"));
        return _missed.Count == 0 ? 0 : 1;
    }

    private async Task AbuseAsync(string kind, string what, TimeSpan time, long moreMax)
    {
        probe.Take();
        await Pause.ForAsync(Quiet, end);
        var idle = probe.Take();
        var (beside, _, _) = await RunAsync(kind, other, time < BesideMax ? time : BesideMax);
        var before = node.ResidentMegabytes;
        var (abused, report, peak) = await RunAsync(kind, node, time);
        var after = node.ResidentMegabytes;
        var (acks, whole) = (abused.Acks / idle.Acks, abused.EndToEnd / idle.EndToEnd);
        Row($"""
            | {what} ({report}) | {Ms(idle.Acks)}, {Ms(beside.Acks)}, {Ms(abused.Acks)} | {acks:N2} | {Ms(idle.EndToEnd)}, {Ms(beside.EndToEnd)}, {Ms(abused.EndToEnd)} | {whole:N2} | {before}, {peak}, {after} |
            """);
        if (abused.Count == 0 || IsTooMuch(idle.Acks, beside.Acks, abused.Acks) || IsTooMuch(idle.EndToEnd, beside.EndToEnd, abused.EndToEnd))
        {
            _missed.Add($"{what}: p99 is {Math.Max(acks, whole):N2} times its idle value, above {RatioMax:N0}, and it is not that when another node is abused");
        }

        if (peak - before > moreMax || peak > PeakMax)
        {
            _missed.Add($"{what}: {peak} MB resident at most, {peak - before} MB more than before; allowed are {PeakMax} and {moreMax}");
        }
    }

    private static bool IsTooMuch(double idle, double beside, double abused) => abused > RatioMax * idle && abused > RatioBesideMax * beside;

    /// <summary>Lets one kind of client abuse a node.</summary>
    /// <returns>What the probe noticed meanwhile, what the abuser says, the memory of the probed node at most.</returns>
    private async Task<((double Acks, double EndToEnd, int Count) Noticed, string Report, long Peak)> RunAsync(string kind, AbuseNode abused, TimeSpan time)
    {
        using var peer = await AbusePeer.StartAsync(kind, abused.Port, time);
        var began = Stopwatch.GetTimestamp();
        var isSettled = false;
        (double Acks, double EndToEnd, int Count)? measured = null;
        var peak = node.ResidentMegabytes;
        try
        {
            while (!peer.HasExited)
            {
                await Pause.ForAsync(Sample, end);
                peak = Math.Max(peak, node.ResidentMegabytes);
                var elapsed = Stopwatch.GetElapsedTime(began);
                if (!isSettled && elapsed >= Settling)
                {
                    isSettled = true;
                    probe.Take();
                }
                else if (measured is null && elapsed >= time)
                {
                    measured = probe.Take();
                }
            }
        }
        finally
        {
            peer.Kill();    // it would go on when this ends early
        }

        var noticed = measured ?? probe.Take();
        var report = (await peer.StandardOutput.ReadToEndAsync(end)).Trim();
        await Pause.ForAsync(Afterwards, end);
        return (noticed, report, peak);
    }

    private static string Ms(double microseconds) => string.Create(CultureInfo.InvariantCulture, $"{microseconds / 1000:N2} ms");

    private void Row(FormattableString row)
    {
        _rows.Add(row.ToString(CultureInfo.InvariantCulture));
        Console.WriteLine(_rows[^1]);
    }
}
