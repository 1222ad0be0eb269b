namespace ActorBroker.Cli.Bench;

/// <summary>The loads of the suite, in their order. At scale 1 each moves at most about 1 GB, whatever the broker: page cache that is
/// touched for the first time alone can halve a figure.</summary>
internal static class SuiteLoads
{
    private const int SmallBytes = 100;
    private const int RecordBytes = ByteSizes.KiB;
    private const int BatchBytes = 16 * ByteSizes.KiB;
    private const int LargeBatchBytes = 1_000_000;   // brokers take a little over 1 MiB if nothing is said
    private static readonly (string, string)[] Moved = [("megabytesPerSecond", "MB/s"), ("brokerCpuSecondsPerGigabyte", "CPU s per GB"), Peak];
    private static readonly (string, string)[] Waited = [("p50Ms", "p50 ms"), ("p99Ms", "p99 ms")];

    public static readonly IReadOnlyList<SuiteLoad> All =
    [
        new("requests", "produce, 1 KB in a request, 100 in flight",
            [("requestsPerSecond", "requests/s"), ("brokerCpuSecondsPerMillionRequests", "CPU s per million"), Peak],
            stage => stage.ProduceAsync(RecordBytes, batchBytes: 1, inFlight: 100, records: 1_000_000)),
        new("small-records", "produce, 100 B in batches of 1 MB",
            [("recordsPerSecond", "records/s"), .. Moved],
            stage => stage.ProduceAsync(SmallBytes, LargeBatchBytes, inFlight: 5, records: 8_000_000)),
        new("large-batches", "produce, 1 KB in batches of 1 MB",
            Moved,
            stage => stage.ProduceAsync(RecordBytes, LargeBatchBytes, inFlight: 5, records: 1_000_000)),
        new("batches-16k", "produce, batches of 16 KB, 32 in flight",
            Moved,
            stage => stage.ProduceAsync(RecordBytes, BatchBytes, inFlight: 32, records: 1_000_000)),
        new("fetch", "fetch of 1 GB in page cache",
            Moved,
            stage => stage.FetchAsync()),
        new("one-in-flight", "produce, 1 KB, one in flight",
            Waited,
            stage => stage.ProduceAsync(RecordBytes, batchBytes: 1, inFlight: 1, records: 50_000)),
        new("end-to-end", "1,000 records/s, there and back",
            Waited,
            stage => stage.EndToEndAsync()),
        new("idle-connections", "5,000 idle connections",
            [("opened", "opened"), ("opensPerSecond", "opens/s"), ("brokerGrewMegabytes", "MB more")],
            stage => stage.IdleAsync(connections: 5000)),
    ];

    private static (string, string) Peak => ("brokerPeakResidentMegabytes", "resident MB");

    /// <summary>Those of these names, in the suite's order; all when none is named.</summary>
    /// <exception cref="UsageException">One is not known.</exception>
    public static IReadOnlyList<SuiteLoad> Named(IReadOnlyCollection<string> names)
    {
        var unknown = names.FirstOrDefault(name => All.All(load => load.Name != name));
        if (unknown is not null) throw new UsageException($"--loads '{unknown}' is not one of {string.Join(", ", All.Select(load => load.Name))}");
        return names.Count == 0 ? All : [.. All.Where(load => names.Contains(load.Name))];
    }
}
