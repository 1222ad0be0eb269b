using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>What readers ask of a node.</summary>
internal static class Questions
{
    private const int BytesMax = 4 << 20;

    /// <returns>Null: the offset is out of the log's range.</returns>
    public static async Task<FetchResponse.PartitionData?> FetchAsync(this KafkaClient client, TopicPartition partition, long from, int waitMs, CancellationToken end)
    {
        var answer = await client.AskAsync<FetchResponse>(
            new FetchRequest
            {
                MaxWaitMs = waitMs,
                MinBytes = 1,
                MaxBytes = BytesMax,
                Topics = [new() { Topic = partition.Topic, Partitions = [new() { Partition = partition.Partition, FetchOffset = from, PartitionMaxBytes = BytesMax }] }],
            },
            end);
        Answers.Demand(answer.ErrorCode, "Fetch");
        var found = answer.Responses[0].Partitions[0];
        if ((ErrorCode)found.ErrorCode == ErrorCode.OffsetOutOfRange)
        {
            return null;
        }

        Answers.Demand(found.ErrorCode, $"{partition}: a fetch from {from}");
        return found;
    }

    /// <summary>Where the log begins.</summary>
    public static async Task<long> FindStartAsync(this KafkaClient client, TopicPartition partition, CancellationToken end)
    {
        const long Earliest = -2;
        var answer = await client.AskAsync<ListOffsetsResponse>(
            new ListOffsetsRequest
            {
                ReplicaId = -1,
                Topics = [new() { Name = partition.Topic, Partitions = [new() { PartitionIndex = partition.Partition, Timestamp = Earliest }] }],
            },
            end);
        var found = answer.Topics[0].Partitions[0];
        Answers.Demand(found.ErrorCode, $"{partition}: the search for its start");
        return found.Offset;
    }
}
