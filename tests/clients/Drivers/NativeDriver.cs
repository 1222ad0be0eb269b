using ActorBroker.Client;
using ActorBroker.Clients.Acceptance.Native;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Clients.Acceptance.Drivers;

/// <summary>The native client, in an actor system of its own for each call.</summary>
internal sealed class NativeDriver() : ClientDriver("native", ClientPrograms.Native)
{
    public override async Task ProduceAsync(string broker, IReadOnlyList<KafkaRecord> records, ProduceOptions options, AckLog acks)
    {
        await using var application = new NativeSystem(NodeProcess.AkkaAddressOf(broker));
        await using var producer = application.Client.CreateProducer(new ProducerOptions<byte[], byte[]>
        {
            Compression = Enum.Parse<CompressionCodec>(options.Codec, ignoreCase: true),
            Acks = options.Acks switch { "0" => ProducerAcks.None, "1" => ProducerAcks.Leader, _ => ProducerAcks.All },
            IsIdempotent = options.IsIdempotent,
        });
        var sending = new List<Task>(records.Count);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(10));
        for (var i = 0; i < records.Count; i++)
        {
            if (options.RecordsPerSecond > 0 && i % Math.Max(1, options.RecordsPerSecond / 100) == 0) await pace.WaitForNextTickAsync();
            sending.Add(SendAsync(producer, records[i], i, acks));
        }

        await Task.WhenAll(sending);
    }

    public override async Task<IReadOnlyList<KafkaRecord>> ConsumeAsync(string broker, IReadOnlyList<string> topics, int countMin = 0)
    {
        await using var application = new NativeSystem(NodeProcess.AkkaAddressOf(broker));
        var described = await application.Client.Admin.DescribeTopicsAsync(topics);
        var partitions = described.SelectMany(topic => topic.Partitions.Select(one => new TopicPartition(topic.Name, one.Number))).ToArray();
        await using var consumer = application.Client.CreateConsumer<byte[], byte[]>();
        consumer.Assign(partitions.Select(partition => new TopicPartitionStart(partition, Start.Earliest)));
        var ends = await consumer.EndOffsetsAsync(partitions);
        var begins = await consumer.BeginningOffsetsAsync(partitions);
        var count = Math.Max(countMin, (int)partitions.Sum(partition => ends[partition] - begins[partition]));
        return await ReadAsync(consumer, count);
    }

    public override async Task<IReadOnlyList<KafkaRecord>> ConsumeInGroupAsync(string broker, string group, string topic, int count)
    {
        await using var application = new NativeSystem(NodeProcess.AkkaAddressOf(broker));
        await using var consumer = application.Client.CreateConsumer(new ConsumerOptions<byte[], byte[]>
        {
            GroupId = group,
            CommitMode = CommitMode.Manual,
            OffsetReset = OffsetReset.Earliest,
        });
        consumer.Subscribe(topic);
        var records = await ReadAsync(consumer, count);
        await consumer.CommitAsync(Behind(records));
        return records;
    }

    private static async Task SendAsync(Producer<byte[], byte[]> producer, KafkaRecord record, int index, AckLog acks)
    {
        var stored = await producer.SendAsync(new ProducerRecord<byte[], byte[]>(record.Topic, record.Key, record.Value)
        {
            Partition = record.Partition < 0 ? null : record.Partition,
            Timestamp = record.Timestamp < 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(record.Timestamp),
            Headers = [.. record.Headers.Select(header => new Log.RecordHeader(header.Name, header.Value))],
        });
        acks.OnLine(FormattableString.Invariant($"ack {index} {stored.TopicPartition.Partition} {stored.Offset.Value}"));
    }

    private static async Task<List<KafkaRecord>> ReadAsync(Consumer<byte[], byte[]> consumer, int count)
    {
        using var patience = new CancellationTokenSource(Patience);
        var records = new List<KafkaRecord>(count);
        if (count == 0) return records;
        await foreach (var read in consumer.WithCancellation(patience.Token))
        {
            records.Add(new KafkaRecord(read.Topic, read.Partition, read.Offset.Value, read.TimestampMs, read.Key, read.Value,
                [.. read.Headers.Select(header => new Records.RecordHeader(header.Key, header.Value))]));
            if (records.Count == count) break;
        }
        return records;
    }

    private static Dictionary<TopicPartition, Offset> Behind(List<KafkaRecord> records) => records
        .GroupBy(record => new TopicPartition(record.Topic, record.Partition))
        .ToDictionary(one => one.Key, one => new Offset(one.Max(record => record.Offset) + 1));
}
