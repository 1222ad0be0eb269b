using ActorBroker.Log;
using ActorBroker.Log.Files;
using BenchmarkDotNet.Attributes;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>src/ActorBroker.Log: batches from the files of a log in the temporary folder, which are in the page cache.</summary>
[MemoryDiagnoser]
public class LogReadBenchmarks
{
    private const int ReadBytes = 1_000_000;
    private const int LogBytes = 32 * 1024 * 1024;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"actorbroker-parts-{Guid.NewGuid():N}");
    private PartitionLog _log = null!;
    private Offset _next;

    [Params(1024, 16 * 1024)]
    public int BatchBytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _log = PartitionLog.Open(new DiskFiles(), Path.Combine(_folder, "read"), LogSettings.Default, TimeProvider.System);
        var batch = Batches.OfSize(BatchBytes);
        while (_log.SizeInBytes < LogBytes) _log.Append(batch, new LeaderEpoch(1));
    }

    [GlobalCleanup]
    public void Delete()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Up to 1 MB from where the last one ended, round and round.</summary>
    [Benchmark]
    public int Read()
    {
        if (_next >= _log.Offsets.End) _next = Offset.Zero;
        var read = _log.Read(_next, _log.Offsets.End, ReadBytes, firstBatchWhole: true);
        using var batches = read.Batches;
        _next = read.Next;
        return batches?.Bytes.Length ?? 0;
    }
}
