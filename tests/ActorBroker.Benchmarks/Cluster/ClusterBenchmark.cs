using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>Three nodes as processes: what they take to start, with many partitions, while nothing happens, and when one of them goes.</summary>
internal sealed class ClusterBenchmark(int partitions, string[] settings, string? logs)
{
    private const string Topic = "many";
    private const int Starts = 3;
    private const int Requests = 50;
    private const int WarmUp = 50;
    private const int Probes = 12;
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan IdleTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Undisturbed = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(2);

    private readonly List<(string What, string Goal, string Result)> _rows = [];

    public static async Task<int> RunAsync(string[] args)
    {
        var options = args.Chunk(2).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1]);
        var partitions = int.Parse(options["--partitions"].LastOrDefault("10000"), CultureInfo.InvariantCulture);
        var logs = options["--logs"].LastOrDefault();
        using var end = new CancellationTokenSource();
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Cancel);
        using var term = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Cancel);
        using var hangUp = PosixSignalRegistration.Create(PosixSignal.SIGHUP, Cancel);
        var benchmark = new ClusterBenchmark(partitions, [.. options["--set"]], logs is null ? null : Directory.CreateDirectory(logs).FullName);
        try
        {
            await benchmark.MeasureAsync(end.Token);
            return 0;
        }
        catch (OperationCanceledException) when (end.IsCancellationRequested)
        {
            return 130;
        }
        finally
        {
            benchmark.PrintTable();
        }

        void Cancel(PosixSignalContext context)
        {
            context.Cancel = true;
            end.Cancel();
        }
    }

    private async Task MeasureAsync(CancellationToken end)
    {
        var starts = new List<TimeSpan>();
        for (var run = 1; run < Starts; run++)
        {
            using var nodes = new NodeTrio(settings, logs);
            starts.Add(await StartAsync(nodes, end));
        }

        using var trio = new NodeTrio(settings, logs);
        starts.Add(await StartAsync(trio, end));
        starts.Sort();
        Row($"three nodes from their start to the first topic, median of {Starts}", "< 5 s", Seconds(starts[Starts / 2]));
        await CreateManyAsync(trio, end);
        await AskForAllAsync(trio, end);
        await IdleAsync(trio, end);
        await KillLeaderAsync(trio, end);
        await LeaveAsync(trio, end);
    }

    private static async Task<TimeSpan> StartAsync(NodeTrio trio, CancellationToken end)
    {
        var started = Stopwatch.GetTimestamp();
        await trio.StartAsync(end);
        await trio.CreateTopicAsync(1, "first", NodeTrio.Count, end);
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task CreateManyAsync(NodeTrio trio, CancellationToken end)
    {
        var started = Stopwatch.GetTimestamp();
        await trio.CreateTopicAsync(1, Topic, partitions, end);
        var answered = Stopwatch.GetElapsedTime(started);
        await trio.OnlineAsync(1, Topic, partitions, end);
        Row($"create {partitions:N0} partitions, until all have a leader (answered after {Seconds(answered)})", "< 30 s", Seconds(Stopwatch.GetElapsedTime(started)));
    }

    private async Task AskForAllAsync(NodeTrio trio, CancellationToken end)
    {
        using var client = await KafkaClient.ConnectAsync(trio.KafkaPort(1), end);
        var question = KafkaClient.Frame(NodeTrio.AboutTopic(null));
        var times = new Latencies(Requests);
        var bytes = 0;
        for (var round = 0; round < WarmUp + Requests; round++)
        {
            var started = Stopwatch.GetTimestamp();
            bytes = (await client.ExchangeAsync(question, end)).Length;
            if (round >= WarmUp)
            {
                times.Add(Stopwatch.GetElapsedTime(started));
            }
        }

        Row($"Metadata of all over TCP, {bytes:N0} bytes", "< 50 ms", $"p50 {times.Percentile(0.5) / 1000:N1} ms, p99 {times.Percentile(0.99) / 1000:N1} ms");
    }

    private async Task IdleAsync(NodeTrio trio, CancellationToken end)
    {
        await Pause.ForAsync(Rest, end);
        var ids = Enumerable.Range(1, NodeTrio.Count).ToArray();
        var before = ids.Select(id => trio[id].Cpu).ToArray();
        var started = Stopwatch.GetTimestamp();
        await Pause.ForAsync(IdleTime, end);
        var time = Stopwatch.GetElapsedTime(started);
        var shares = ids.Select(id => $"{100 * (trio[id].Cpu - before[id - 1]) / time:N1} %");
        Row("CPU of each node while nothing happens, of one core", "< 3 %", string.Join(", ", shares));
    }

    private async Task KillLeaderAsync(NodeTrio trio, CancellationToken end)
    {
        var leader = (await trio.MetadataAsync(1, "first", end)).ControllerId;
        var other = NodeTrio.Other(leader);
        var killed = Stopwatch.GetTimestamp();
        await trio[leader].KillAsync(end);
        var placed = TimeUntilAsync(killed, trio.CreateTopicAsync(other, "after-kill-anywhere", 1, end));
        var assigned = TimeUntilAsync(killed, trio.CreateTopicAsync(other, "after-kill", 1, end, on: other));
        Row("metadata leader killed, until a topic is created through and on another node", "< 3 s", Seconds(await assigned));
        Row("the same, the cluster says where", "< 3 s", Seconds(await placed));
        var started = Stopwatch.GetTimestamp();
        trio.Start(leader);
        await trio[leader].Ready.WaitAsync(end);
        var ready = Stopwatch.GetElapsedTime(started);
        await trio.OnlineAsync(other, Topic, partitions, end);
        Row($"that node started again (ready after {Seconds(ready)}), until all partitions are online", "", Seconds(Stopwatch.GetElapsedTime(started)));
    }

    private static async Task<TimeSpan> TimeUntilAsync(long started, Task work)
    {
        await work;
        return Stopwatch.GetElapsedTime(started);
    }

    private async Task LeaveAsync(NodeTrio trio, CancellationToken end)
    {
        var metadata = await trio.MetadataAsync(1, Topic, end);
        var leaving = NodeTrio.Other(metadata.ControllerId);
        var staying = NodeTrio.Other(leaving);
        int[] held = [.. metadata.Topics[0].Partitions.Where(partition => partition.LeaderId == leaving).Select(partition => partition.PartitionIndex).Order()];
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(end);
        var leaders = new LeaderCache(trio.KafkaPort(staying), Topic, enough.Token);
        LeaveProbe[] probes = [.. Enumerable.Range(0, Probes).Select(number => new LeaveProbe(Topic, held[held.Length * number / Probes], leaders))];
        var running = Task.WhenAll(probes.Select(probe => probe.RunAsync(enough.Token)));
        await Pause.ForAsync(Undisturbed, end);     // they connect, and the code gets warm
        var quiet = Stopwatch.GetTimestamp();
        await Pause.ForAsync(Undisturbed, end);
        var lateness = LatenessAsync(enough.Token);
        var left = Stopwatch.GetTimestamp();
        await trio[leaving].TerminateAsync(end);
        var gone = Stopwatch.GetTimestamp();
        var offline = await trio.OfflineAsync(staying, Topic, partitions, end);
        await Pause.ForAsync(Afterwards, end);
        await enough.CancelAsync();
        await running;
        Row($"a node with {held.Length:N0} partitions leaves; {offline:N0} offline afterwards", "", Seconds(Stopwatch.GetElapsedTime(left, gone)));
        Row($"longest wait of {Probes} producers while nothing moves", "", Spread(probes, probe => probe.Longest(quiet, left)));
        Row($"longest wait of {Probes} producers while it leaves", "< 200 ms", Spread(probes, probe => probe.Longest(left, long.MaxValue)));
        Row("the same, only waits with a new leader", "< 200 ms", Spread(probes, probe => probe.LongestMove(left)));
        Row("longest time that the machine kept this program from running meanwhile", "", $"{(await lateness).TotalMilliseconds:N0} ms");
        PrintGaps(probes, left);
    }

    /// <summary>How late a timer of this process was at most: what the producers wait for, and no node is to blame.</summary>
    private static async Task<TimeSpan> LatenessAsync(CancellationToken end)
    {
        var period = TimeSpan.FromMilliseconds(5);
        var longest = period;
        using var timer = new PeriodicTimer(period);
        try
        {
            while (true)
            {
                var started = Stopwatch.GetTimestamp();
                await timer.WaitForNextTickAsync(end);
                var waited = Stopwatch.GetElapsedTime(started);
                longest = waited > longest ? waited : longest;
            }
        }
        catch (OperationCanceledException)
        {
            return longest - period;
        }
    }

    private static string Spread(LeaveProbe[] probes, Func<LeaveProbe, LeaveProbe.Gap> gapOf)
    {
        var times = new Latencies(probes.Length);
        foreach (var probe in probes)
        {
            times.Add(gapOf(probe).Length);
        }

        return $"median {times.Percentile(0.5) / 1000:N0} ms, max {times.Percentile(1) / 1000:N0} ms";
    }

    private static void PrintGaps(LeaveProbe[] probes, long left)
    {
        foreach (var probe in probes)
        {
            var gap = probe.LongestMove(left);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"  {Topic}-{probe.Partition}: {gap.Length.TotalMilliseconds:N0} ms, {Stopwatch.GetElapsedTime(left, gap.Began).TotalSeconds:N1} s after the signal; refused after {Part(gap.Began, gap.Refused)}, new leader known after {Part(gap.Began, gap.Found)}"));
        }
    }

    private static string Part(long from, long to) => to == 0 ? "-" : string.Create(CultureInfo.InvariantCulture, $"{Stopwatch.GetElapsedTime(from, to).TotalMilliseconds:N0} ms");

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:N1} s");

    private void Row(string what, string goal, string result)
    {
        _rows.Add((what, goal, result));
        Console.WriteLine($"{what}: {result}");
    }

    private void PrintTable()
    {
        Console.WriteLine();
        Console.WriteLine("| what | goal | measured |");
        Console.WriteLine("| --- | --- | --- |");
        foreach (var (what, goal, result) in _rows)
        {
            Console.WriteLine($"| {what} | {goal} | {result} |");
        }
    }
}
