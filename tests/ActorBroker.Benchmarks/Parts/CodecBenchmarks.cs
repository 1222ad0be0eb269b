using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using BenchmarkDotNet.Attributes;

namespace ActorBroker.Benchmarks.Parts;

/// <summary>src/ActorBroker.Kafka: requests from their frames, answers into theirs.</summary>
[MemoryDiagnoser]
public class CodecBenchmarks
{
    private const short ProduceVersion = 9;
    private const short FetchVersion = 12;
    private readonly ProduceResponse _written = new()
    {
        Responses = [new() { Name = "orders", PartitionResponses = [new() { Index = 3, BaseOffset = 123_456, LogAppendTimeMs = -1, LogStartOffset = 0 }] }],
    };

    private readonly WireWriter _writer = new();
    private byte[] _produce = [];
    private byte[] _fetch = [];
    private FetchResponse _read = new();

    /// <summary>Bytes of the batch in a request or an answer.</summary>
    [Params(1024, 16 * 1024)]
    public int BatchBytes { get; set; }

    [GlobalSetup]
    public void Encode()
    {
        var batch = Batches.OfSize(BatchBytes);
        _produce = FrameOf(ProduceVersion, new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = "orders", PartitionData = [new() { Index = 3, Records = batch }] }],
        });
        _fetch = FrameOf(FetchVersion, new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = 50_000_000,
            Topics = [new() { Topic = "orders", Partitions = [new() { Partition = 3, FetchOffset = 123_456, PartitionMaxBytes = 1_000_000 }] }],
        });
        _read = new FetchResponse
        {
            Responses = [new() { Topic = "orders", Partitions = [new() { PartitionIndex = 3, HighWatermark = 123_457, LastStableOffset = 123_457, Records = batch }] }],
        };
    }

    [GlobalCleanup]
    public void End() => _writer.Dispose();

    [Benchmark]
    public object? DecodeProduce() => Decode(_produce);

    [Benchmark]
    public object? DecodeFetch() => Decode(_fetch);

    [Benchmark]
    public int EncodeProduceAnswer() => Encode(ApiKey.Produce, ProduceVersion, _written);

    [Benchmark]
    public int EncodeFetchAnswer() => Encode(ApiKey.Fetch, FetchVersion, _read);

    private static byte[] FrameOf(short version, IRequest request)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, version, correlationId: 7, "bench", request);
        return writer.ToArray();
    }

    private static IRequest? Decode(byte[] frame)
    {
        var reader = new WireReader(frame.AsMemory(FrameReader.LengthBytes));
        return RequestHeader.TryRead(ref reader, out var header) ? RequestDecoder.Decode(header, ref reader) : null;
    }

    private int Encode(ApiKey key, short version, IResponse answer)
    {
        _writer.Reset();
        ResponseEncoder.Encode(_writer, key, version, correlationId: 7, answer);
        return _writer.Segments.Count;
    }
}
