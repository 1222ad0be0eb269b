using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>Where a load of the suite runs: one broker, with a fresh topic for each that wants one.</summary>
/// <param name="scale">What the sizes of the loads are multiplied with.</param>
/// <param name="durationMax">When a run ends that has not moved its records.</param>
internal sealed class SuiteStage(Cluster cluster, BrokerMeter meter, double scale, TimeSpan durationMax, TextWriter warnings, CancellationToken cancellationToken)
{
    private const long BytesToRead = 1_000_000_000;
    private const int Rate = 1000;
    private const int RecordBytes = ByteSizes.KiB;
    private const int LargeBatchBytes = 1_000_000;   // brokers take a little over 1 MiB if nothing is said
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(1);

    /// <summary>Sends batches with acks 1, as much as the scale says or as long as it may take.</summary>
    public async Task<RunResult> ProduceAsync(int recordBytes, int batchBytes, int inFlight, long records)
    {
        await using var topic = await NewTopicAsync();
        return meter.Stop(await new ProduceRun(cluster, topic.Name, new ProduceSettings(Acks: 1, recordBytes, batchBytes, Connections: 1, inFlight))
            .RunAsync(meter.Start(() => Load(Scaled(records), durationMax)), cancellationToken));
    }

    /// <summary>Reads a log that was just written, from its beginning to its end.</summary>
    public async Task<RunResult> FetchAsync()
    {
        await using var topic = await NewTopicAsync();
        var filling = new ProduceSettings(Acks: 1, RecordBytes, LargeBatchBytes, Connections: 1, InFlight: 5);
        await new ProduceRun(cluster, topic.Name, filling).RunAsync(() => Load(Scaled(BytesToRead / RecordBytes), duration: null), cancellationToken);
        return meter.Stop(await new ConsumeRun(cluster, topic.Name, new ConsumeSettings(Connections: 1, InFlight: 1, ByteSizes.MiB, MustCheck: false))
            .RunAsync(meter.Start(() => Load(records: null, durationMax)), recordsMax: null, cancellationToken));
    }

    /// <summary>Single records at a rate, there and back.</summary>
    public async Task<RunResult> EndToEndAsync()
    {
        await using var topic = await NewTopicAsync();
        return meter.Stop(await new LatencyRun(cluster, topic.Name, new LatencySettings(Acks: 1, RecordBytes, InFlight: 5))
            .RunAsync(meter.Start(() => new Workload(cluster.Options.Clock, Scaled((long)(Rate * durationMax.TotalSeconds)), duration: null, Rate)), cancellationToken));
    }

    /// <summary>Connections that ask for the versions and then nothing.</summary>
    /// <exception cref="CliException">This process may not open so many files.</exception>
    public async Task<RunResult> IdleAsync(int connections)
    {
        const int OtherFiles = 300;
        var count = (int)Scaled(connections);
        if (OpenFiles.Limit is { } limit && count + OtherFiles > limit) throw new CliException($"{count} connections need more than the {limit} open files that this process may have: see `ulimit -n`");
        return meter.Stop(await new ConnectionsRun(cluster, count, opening: 16, Hold).RunAsync(meter.Start(() => Load(count, duration: null)), cancellationToken));
    }

    private Task<BenchTopic> NewTopicAsync() => BenchTopic.CreateAsync(cluster, partitions: 1, mustKeep: false, warnings, cancellationToken);

    private Workload Load(long? records, TimeSpan? duration) => new(cluster.Options.Clock, records, duration, rate: 0);

    private long Scaled(long count) => Math.Max((long)(count * scale), 1);
}
