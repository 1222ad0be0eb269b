using System.Diagnostics;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Benchmarks.Abuse;

/// <summary>A well-behaved producer, one record of 1 KB in flight, acks of the leader, and a consumer of the same partition.</summary>
internal sealed class Probe : IAsyncDisposable
{
    private const string Topic = "probe";
    private const int RecordBytes = 1000;
    private static readonly TimeSpan Period = TimeSpan.FromMilliseconds(5);

    private readonly CancellationTokenSource _enough;
    private readonly int _port;
    private readonly Lock _lock = new();
    private Latencies _acks = new(1000);
    private Latencies _endToEnd = new(1000);
    private int _count;
    private Task _running = Task.CompletedTask;

    private Probe(int port, CancellationToken end) => (_port, _enough) = (port, CancellationTokenSource.CreateLinkedTokenSource(end));

    public static async Task<Probe> StartAsync(int port, CancellationToken end)
    {
        await AbuseNode.CreateTopicAsync(port, Topic, 1, end);
        var probe = new Probe(port, end);
        probe._running = Task.WhenAll(Task.Run(probe.ProduceAsync, end), Task.Run(probe.ConsumeAsync, end));
        return probe;
    }

    /// <summary>The 99th percentiles since the last call, in microseconds.</summary>
    public (double Acks, double EndToEnd, int Count) Take()
    {
        lock (_lock)
        {
            var taken = (_acks.Percentile(0.99), _endToEnd.Percentile(0.99), _count);
            (_acks, _endToEnd, _count) = (new Latencies(1000), new Latencies(1000), 0);
            return taken;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _enough.CancelAsync();
        try
        {
            await _running;
        }
        catch (OperationCanceledException)
        {
            // as asked for
        }

        _enough.Dispose();
    }

    private async Task ProduceAsync()
    {
        using var client = await KafkaClient.ConnectAsync(_port, _enough.Token);
        using var timer = new PeriodicTimer(Period);
        var value = new byte[RecordBytes];
        while (await timer.WaitForNextTickAsync(_enough.Token))
        {
            var started = Stopwatch.GetTimestamp();
            BitConverter.TryWriteBytes(value, started);
            var frame = KafkaClient.Frame(AbuseNode.Produce(Topic, 0, value));
            var answer = KafkaClient.Decode<ProduceResponse>(Kafka.ApiKey.Produce, await client.ExchangeAsync(frame, _enough.Token));
            AbuseNode.Require(answer.Responses[0].PartitionResponses[0].ErrorCode);
            lock (_lock)
            {
                _acks.Add(Stopwatch.GetElapsedTime(started));
                _count++;
            }
        }
    }

    private async Task ConsumeAsync()
    {
        using var client = await KafkaClient.ConnectAsync(_port, _enough.Token);
        var id = (await client.AskAsync<MetadataResponse>(NodeTrio.AboutTopic(Topic), _enough.Token)).Topics[0].TopicId;
        var wanted = new FetchRequest.FetchPartition { Partition = 0, FetchOffset = 0, PartitionMaxBytes = 1 << 20, CurrentLeaderEpoch = -1 };
        var request = new FetchRequest
        {
            MaxWaitMs = 500,
            MinBytes = 1,
            MaxBytes = 1 << 20,
            SessionEpoch = -1,
            Topics = [new() { TopicId = id, Topic = Topic, Partitions = [wanted] }],
        };
        while (true)
        {
            var answer = await client.AskAsync<FetchResponse>(request, _enough.Token);
            AbuseNode.Require(answer.Responses[0].Partitions[0].ErrorCode);
            if (answer.Responses[0].Partitions[0].Records is { Length: > 0 } records)
            {
                wanted.FetchOffset = Measure(records.Span, wanted.FetchOffset);
            }
        }
    }

    private long Measure(ReadOnlySpan<byte> records, long from)
    {
        var batches = new BatchSequence(records, int.MaxValue);
        while (batches.MoveNext())
        {
            using var reader = new RecordReader(batches.Current);
            foreach (var record in reader)
            {
                if (record.Offset.Value >= from)
                {
                    from = record.Offset.Value + 1;
                    lock (_lock)
                    {
                        _endToEnd.Add(Stopwatch.GetElapsedTime(BitConverter.ToInt64(record.Value.Span)));
                    }
                }
            }
        }

        return from;
    }
}
