using System.CommandLine;
using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Commands;

/// <summary>What the benchmarks take; each adds those of its own to its command.</summary>
internal sealed class BenchOptions
{
    private const long DefaultSeconds = 10;

    public Option<string?> Topic { get; } = Opt.Text("--topic", "Use this topic, which stays; without it a temporary one.", "TOPIC");

    public Option<bool> Keep { get; } = Opt.Flag("--keep", "Do not delete the temporary topic.");

    public Option<long?> Partitions { get; } = Opt.Number("--partitions", "Of the temporary topic, 1 if nothing is said.", "N", 1, 100_000);

    public Option<long> RecordBytes { get; } = Opt.Bytes("--record-size", "Size of each value; k and m for KiB and MiB.", 1, 16 * ByteSizes.MiB, ByteSizes.KiB);

    public Option<long> BatchBytes { get; } = Opt.Bytes("--batch-size", "Size of a batch, at most; one record always fits.", 1, 64 * ByteSizes.MiB, 64 * ByteSizes.KiB);

    public Option<long> InFlight { get; } = Opt.Number("--in-flight", "Requests on their way on each connection.", "N", 1, 10_000, 5);

    public Option<long> Connections { get; } = Opt.Number("--connections", "To each broker that leads a partition.", "N", 1, 10_000, 1);

    public Option<long?> Records { get; } = Opt.Number("--records", "End a run after so many records.", "N", 1, long.MaxValue);

    public Option<long?> Duration { get; } = Opt.Number("--duration", $"End a run after this time; {DefaultSeconds} s if nothing is said.", "SECONDS", 1, 86_400);

    public Option<string> Acks { get; } = Opt.Choice("--acks", "Who must have a batch: nobody says, the leader, all replicas in sync.", "all", "0", "1", "all");

    public Option<long> Runs { get; } = Opt.Number("--runs", "Measure so often, and show median, least and most too.", "N", 1, 1000, 1);

    public Option<long?> Pid { get; } = Opt.Number("--pid", "Process id of the broker on this machine (Linux): its CPU and memory are shown, too.", "N", 1, int.MaxValue);

    public static Option<long> Rate(long byDefault, string what) => Opt.Number("--rate", $"{what} a second; 0: as fast as possible.", "N", 0, 100_000_000, byDefault);

    public short AcksOf(CommandContext context) => context.Get(Acks) switch { "0" => 0, "1" => 1, _ => -1 };

    /// <summary>The end that was asked for, or that of <see cref="DefaultSeconds"/>.</summary>
    public (long? Records, TimeSpan? Duration) EndOf(CommandContext context)
    {
        var (records, seconds) = (context.Get(Records), context.Get(Duration));
        if (records is not null && seconds is not null) throw new UsageException("--records and --duration are two ends: give one of them");
        return (records, records is null ? TimeSpan.FromSeconds(seconds ?? DefaultSeconds) : null);
    }

    /// <summary>Measures as often as asked, each time with a fresh temporary topic unless one was named, and shows the runs that came to
    /// their end, also when a later one did not.</summary>
    public Task RepeatAsync(CommandContext context, string bench, Func<BenchTopic, BrokerMeter, Task<RunResult>> run) => RepeatAsync(context, bench, async meter =>
    {
        await using var topic = await OpenTopicAsync(context);
        return (topic.Name, await run(topic, meter));
    });

    /// <summary>As the other one, without a topic.</summary>
    /// <param name="run">Starts the meter.</param>
    public async Task RepeatAsync(CommandContext context, string bench, Func<BrokerMeter, Task<(string? Topic, RunResult Result)>> run)
    {
        var process = context.Get(Pid) is { } id ? BrokerProcess.Open((int)id) : null;
        var runs = new List<BenchReport.Row>();
        try
        {
            while (runs.Count < context.Get(Runs))
            {
                using var meter = new BrokerMeter(process, context.Io.Clock);
                var (topic, result) = await run(meter);
                runs.Add(new BenchReport.Row(topic, result.Figures));
            }
        }
        finally
        {
            if (runs.Count > 0) new BenchReport(bench, runs).Write(context);
            await context.Output.FlushAsync(CancellationToken.None);
        }
    }

    private Task<BenchTopic> OpenTopicAsync(CommandContext context)
    {
        if (context.Get(Topic) is not { } name)
        {
            return BenchTopic.CreateAsync(context.Cluster, (int)(context.Get(Partitions) ?? 1), context.Get(Keep), context.Io.Error, context.Cancellation);
        }

        if (context.Get(Partitions) is not null) throw new UsageException("--partitions is for the temporary topic: leave it out with --topic");
        return BenchTopic.OpenAsync(context.Cluster, name, context.Io.Error, context.Cancellation);
    }
}
