using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Bench;

/// <summary>What a broker says to a fetch.</summary>
internal static class FetchAnswer
{
    /// <summary>Reads the answer; the records in it stay in the frame.</summary>
    /// <exception cref="ConnectionException">It is no answer to that request.</exception>
    /// <exception cref="KafkaErrorException">The answer, or a partition in it, is an error.</exception>
    public static FetchResponse Read(ReadOnlyMemory<byte> frame, short version, int correlationId, string topic, BrokerAddress broker)
    {
        var reader = new WireReader(frame);
        var answer = ResponseDecoder.Decode(ApiKey.Fetch, version, ref reader, out var answered) as FetchResponse;
        if (answered != correlationId) throw new ConnectionException(broker, $"it answers request {answered} where the answer to {correlationId} is due");
        if (answer is null || reader.Error != WireError.None) throw new ConnectionException(broker, $"its Fetch answer in version {version} cannot be read ({reader.Error})");
        if (answer.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)answer.ErrorCode, $"topic '{topic}'");
        foreach (var partition in answer.Responses.SelectMany(one => one.Partitions))
        {
            if (partition.ErrorCode != 0) throw new KafkaErrorException((ErrorCode)partition.ErrorCode, $"topic '{topic}' partition {partition.PartitionIndex}");
        }

        return answer;
    }
}
