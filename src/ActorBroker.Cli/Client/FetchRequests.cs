using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>What one leader is asked for.</summary>
internal static class FetchRequests
{
    /// <summary>Asks for what follows these positions; the broker answers as soon as there is anything.</summary>
    /// <param name="maxWait">After this time it answers with nothing.</param>
    /// <param name="answerBytesMax">Of all partitions together; a single batch may be larger.</param>
    /// <param name="partitionBytesMax">Of each partition; a single batch may be larger.</param>
    public static FetchRequest From(string topic, IEnumerable<FetchPosition> positions, TimeSpan maxWait, int answerBytesMax, int partitionBytesMax) => new()
    {
        MaxWaitMs = (int)maxWait.TotalMilliseconds,
        MinBytes = 1,
        MaxBytes = answerBytesMax,
        Topics =
        [
            new()
            {
                Topic = topic,
                Partitions = [.. positions.Select(position => new FetchRequest.FetchPartition
                {
                    Partition = position.Partition,
                    FetchOffset = position.Next,
                    PartitionMaxBytes = partitionBytesMax,
                })],
            },
        ],
    };
}
