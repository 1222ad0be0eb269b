using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;

namespace ActorBroker.Tests.Support;

/// <summary>Requests as the tests need them, in few words.</summary>
internal static class KafkaRequests
{
    public static byte[] Batch(params string[] values)
    {
        var batch = new BatchWriter();
        foreach (var value in values)
        {
            batch.Add(1_700_000_000_000, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return batch.ToArray();
    }

    public static byte[] IdempotentBatch(long producerId, int sequence, params string[] values)
    {
        var batch = new BatchWriter { ProducerId = producerId, ProducerEpoch = 0, BaseSequence = sequence };
        foreach (var value in values)
        {
            batch.Add(1_700_000_000_000, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes(value));
        }

        return batch.ToArray();
    }

    /// <summary>The bytes of the batch with one more record.</summary>
    public static byte[] With(this BatchWriter batch, string value)
    {
        batch.Add(1_700_000_000_000, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes(value));
        return batch.ToArray();
    }

    public static ProduceRequest Produce(string topic, int partition, byte[]? batch, short acks = -1) => new()
    {
        Acks = acks,
        TimeoutMs = 10_000,
        TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch }] }],
    };

    public static FetchRequest Fetch(string topic, int partition, long offset, int maxWaitMs = 0, int minBytes = 1, int partitionMaxBytes = 1 << 20) => new()
    {
        MaxWaitMs = maxWaitMs,
        MinBytes = minBytes,
        Topics = [new() { Topic = topic, Partitions = [new() { Partition = partition, FetchOffset = offset, PartitionMaxBytes = partitionMaxBytes }] }],
    };

    public static async Task CreateTopicAsync(this KafkaClient client, string name, int partitions = 1, params (string Name, string Value)[] configs)
    {
        var response = await client.AskAsync<CreateTopicsResponse>(
            new CreateTopicsRequest
            {
                TimeoutMs = 10_000,
                Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1, Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })] }],
            },
            5);
        Assert.Equal(ErrorCode.None, (ErrorCode)response.Topics[0].ErrorCode);
    }

    /// <summary>Produces one batch with acks=all; its base offset.</summary>
    public static async Task<long> ProduceAsync(this KafkaClient client, string topic, int partition, params string[] values)
    {
        var answer = await client.ProduceBatchAsync(topic, partition, Batch(values));
        Assert.Equal(ErrorCode.None, (ErrorCode)answer.ErrorCode);
        return answer.BaseOffset;
    }

    public static async Task<ProduceResponse.PartitionProduceResponse> ProduceBatchAsync(this KafkaClient client, string topic, int partition, byte[] batch)
    {
        var response = await client.AskAsync<ProduceResponse>(Produce(topic, partition, batch), 9);
        return response.Responses[0].PartitionResponses[0];
    }

    /// <summary>Reads all values from an offset to the end.</summary>
    public static async Task<List<string>> ConsumeAsync(this KafkaClient client, string topic, int partition, long from = 0)
    {
        var values = new List<string>();
        while (true)
        {
            var response = await client.AskAsync<FetchResponse>(Fetch(topic, partition, from), 11);
            var answer = response.Responses[0].Partitions[0];
            Assert.Equal(ErrorCode.None, (ErrorCode)answer.ErrorCode);
            if (answer.Records is not { Length: > 0 } records)
            {
                return values;
            }

            from = Read(records.Span, from, values);
        }
    }

    private static long Read(ReadOnlySpan<byte> records, long from, List<string> values)
    {
        var batches = new BatchSequence(records, int.MaxValue);
        while (batches.MoveNext())
        {
            using var reader = new RecordReader(batches.Current);
            foreach (var record in reader)
            {
                if (record.Offset.Value >= from)
                {
                    Assert.Equal(from, record.Offset.Value);
                    values.Add(System.Text.Encoding.UTF8.GetString(record.Value.Span));
                    from++;
                }
            }
        }

        return from;
    }
}
