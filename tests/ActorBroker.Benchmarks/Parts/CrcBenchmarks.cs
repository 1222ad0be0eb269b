using ActorBroker.Log;
using BenchmarkDotNet.Attributes;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>src/ActorBroker.Log: the checksum of batches.</summary>
[MemoryDiagnoser]
public class CrcBenchmarks
{
    private byte[] _bytes = [];

    [Params(128, 1024, 16 * 1024, 1024 * 1024)]
    public int Bytes { get; set; }

    [GlobalSetup]
    public void Fill()
    {
        _bytes = new byte[Bytes];
        new Random(1).NextBytes(_bytes);
    }

    [Benchmark]
    public uint Crc32COf() => Crc32C.Of(_bytes);
}
