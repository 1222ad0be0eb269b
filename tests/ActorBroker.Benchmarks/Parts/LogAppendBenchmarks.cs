using ActorBroker.Log;
using ActorBroker.Log.Files;
using BenchmarkDotNet.Attributes;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>src/ActorBroker.Log: batches into the files of a log in the temporary folder.</summary>
[MemoryDiagnoser]
public class LogAppendBenchmarks
{
    private const int SegmentBytes = 64 * 1024 * 1024;
    private readonly string _folder = Path.Combine(Path.GetTempPath(), $"actorbroker-parts-{Guid.NewGuid():N}");
    private readonly LeaderEpoch _epoch = new(1);
    private PartitionLog _log = null!;
    private byte[][] _batches = [];

    [Params(1024, 16 * 1024)]
    public int BatchBytes { get; set; }

    /// <summary>Batches that are staged, and then written together.</summary>
    [Params(1, 32)]
    public int Together { get; set; }

    [GlobalSetup]
    public void Open()
    {
        _batches = [.. Enumerable.Range(0, Together).Select(_ => Batches.OfSize(BatchBytes))];
        _log = PartitionLog.Open(new DiskFiles(), Path.Combine(_folder, "appended"), LogSettings.Default with { SegmentBytes = SegmentBytes }, TimeProvider.System);
    }

    [GlobalCleanup]
    public void Delete()
    {
        _log.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    /// <summary>Whole segments go when there are two, so that the disk does not fill up.</summary>
    [Benchmark]
    public void Append()
    {
        foreach (var batch in _batches) _log.Stage(batch, _epoch);
        _log.WriteStaged();
        if (_log.SegmentCount <= 2) return;
        _log.Offsets.Committed(_log.Offsets.End);
        _log.DeleteBefore(_log.Offsets.End);
    }
}
