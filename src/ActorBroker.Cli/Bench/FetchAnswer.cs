using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Bench;

/// <summary>What a broker says to a fetch.</summary>
internal static class FetchAnswer
{
    /// <exception cref="KafkaErrorException">The answer, or a partition in it, is an error.</exception>
    public static void ThrowIfRefused(FetchResponse answer, string topic)
    {
        if (answer.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)answer.ErrorCode, $"topic '{topic}'");
        foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
        {
            if (partition.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)partition.ErrorCode, $"topic '{topic}' partition {partition.PartitionIndex}");
        }
    }
}
