using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Bench;

/// <summary>Sends one ready-made batch again and again to the leaders of a topic's partitions, in turns.</summary>
internal sealed class ProduceRun(Cluster cluster, string topic, ProduceSettings settings)
{
    private readonly TimeProvider _clock = cluster.Options.Clock;
    private readonly LatencyHistogram _times = new();
    private long _records;
    private long _bytes;

    /// <param name="start">Called when all is ready.</param>
    /// <returns>Throughput, and the time from sending a request to its answer; with acks 0 to the end of sending.</returns>
    public async Task<IReadOnlyList<Figure>> RunAsync(Func<Workload> start, CancellationToken cancellationToken)
    {
        var info = await cluster.TopicAsync(topic, cancellationToken);
        await using var links = await BenchLinks.OpenAsync(cluster, info, settings.Connections, cancellationToken);
        var batch = BenchBatch.OfSize(settings.RecordBytes, settings.BatchBytes, _clock.GetUtcNow());
        var load = start();
        await Crew.RunAsync(
            from link in links.Of(info)
            from slot in Enumerable.Range(0, settings.InFlight)
            select (Func<CancellationToken, Task>)(token => SendAsync(link.Connection, link.Partitions, (link.Number * settings.InFlight) + slot, batch, load, token)),
            cancellationToken);
        if (settings.Acks == 0) await Crew.RunAsync(links.Of(info).Select(link => (Func<CancellationToken, Task>)(token => SayGoodbyeAsync(link.Connection, token))), cancellationToken);
        return [.. Figure.OfThroughput(_records, _bytes, load.Elapsed), .. Figure.OfTimes(_times, 50, 99, 99.9)];
    }

    private async Task SendAsync(KafkaConnection connection, IReadOnlyList<int> partitions, int turn, BenchBatch whole, Workload load, CancellationToken cancellationToken)
    {
        var data = new ProduceRequest.PartitionProduceData();
        var request = new ProduceRequest
        {
            Acks = settings.Acks,
            TimeoutMs = (int)cluster.Options.RequestTimeout.TotalMilliseconds,
            TopicData = [new() { Name = topic, PartitionData = [data] }],
        };
        while (await load.TakeAsync(whole.Records, cancellationToken) is > 0 and var records)
        {
            var batch = records == whole.Records ? whole : BenchBatch.Of(settings.RecordBytes, records, _clock.GetUtcNow());
            data.Index = partitions[turn++ % partitions.Count];
            data.Records = batch.Bytes;
            var sent = _clock.GetTimestamp();
            if (settings.Acks == 0) await connection.TellAsync(request, cancellationToken);
            else await AskAsync(connection, request, data.Index, cancellationToken);
            _times.Add(_clock.GetElapsedTime(sent));
            Interlocked.Add(ref _records, records);
            Interlocked.Add(ref _bytes, batch.Bytes.Length);
        }
    }

    private async Task AskAsync(KafkaConnection connection, ProduceRequest request, int partition, CancellationToken cancellationToken)
    {
        using var reply = await connection.ExchangeAsync(request, cancellationToken);
        ThrowIfRefused((ProduceResponse)reply.Body, topic, partition);
    }

    /// <exception cref="KafkaErrorException">The one batch of the request was not written.</exception>
    public static void ThrowIfRefused(ProduceResponse response, string topic, int partition)
    {
        if (response.Responses is not [{ PartitionResponses: [var answer] }]) throw new CliException($"topic '{topic}' partition {partition}: the broker's answer to Produce names other partitions");
        if (answer.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)answer.ErrorCode, $"topic '{topic}' partition {partition}", answer.ErrorMessage);
    }

    /// <summary>Brokers answer in order: with this answer, every batch before it was read.</summary>
    private static async Task SayGoodbyeAsync(KafkaConnection connection, CancellationToken cancellationToken) =>
        await connection.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] }, cancellationToken);
}
