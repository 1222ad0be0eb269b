using System.Buffers.Binary;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Bench;

/// <summary>A whole Produce request with one batch, encoded once: what changes from one to the next is written over.</summary>
internal sealed class ProduceFrame
{
    private const int CorrelationAt = 8;   // behind length, API and version
    private readonly byte[] _bytes;
    private readonly int _partitionAt;

    /// <param name="timeout">For the broker to get its acknowledgements.</param>
    public ProduceFrame(short version, string topic, short acks, TimeSpan timeout, ReadOnlyMemory<byte> batch)
    {
        _bytes = Encode(version, Request(0));
        _partitionAt = Encode(version, Request(-1)).AsSpan().CommonPrefixLength(_bytes);
        Check.That(_partitionAt > CorrelationAt && _partitionAt < _bytes.Length);

        ProduceRequest Request(int partition) => new()
        {
            Acks = acks,
            TimeoutMs = (int)timeout.TotalMilliseconds,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch }] }],
        };
    }

    public int Length => _bytes.Length;

    /// <summary>Writes a copy of the frame.</summary>
    public void WriteTo(Span<byte> target) => _bytes.CopyTo(target);

    /// <summary>Makes a copy the request of this number and partition.</summary>
    public void Aim(Span<byte> copy, int correlationId, int partition)
    {
        BinaryPrimitives.WriteInt32BigEndian(copy[CorrelationAt..], correlationId);
        BinaryPrimitives.WriteInt32BigEndian(copy[_partitionAt..], partition);
    }

    /// <summary>Any request as the bytes of a frame.</summary>
    public static byte[] Encode(short version, IRequest request, int correlationId = 0)
    {
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, version, correlationId, ClientOptions.ClientId, request);
        return writer.ToArray();
    }

    /// <summary>Looks at the answer to a request with one batch; allocates nothing when it was written.</summary>
    /// <exception cref="KafkaErrorException">The batch was refused.</exception>
    /// <exception cref="ConnectionException">It is no such answer.</exception>
    public static void ThrowIfRefused(ReadOnlyMemory<byte> answer, short version, int correlationId, string topic, BrokerAddress broker)
    {
        var isFlexible = ApiVersions.IsFlexible(ApiKey.Produce, version);
        var reader = new WireReader(answer);
        var answered = reader.ReadInt32();
        if (answered != correlationId) throw new ConnectionException(broker, $"it answers request {answered} where the answer to {correlationId} is due");
        if (isFlexible) reader.SkipTags();
        var topics = reader.ReadArrayCount(isFlexible, 1);
        var nameBytes = isFlexible ? (int)reader.ReadUnsignedVarInt() - 1 : reader.ReadInt16();
        if (nameBytes > reader.Remaining) reader.Fail(WireError.EndOfFrame);
        else if (nameBytes > 0) reader.SkipTo(reader.Position + nameBytes);
        var partitions = reader.ReadArrayCount(isFlexible, 1);
        var partition = reader.ReadInt32();
        var error = (ErrorCode)reader.ReadInt16();
        if (reader.Error != WireError.None || topics != 1 || partitions != 1) throw new ConnectionException(broker, $"its Produce answer in version {version} cannot be read ({reader.Error})");
        if (error != ErrorCode.None) throw new KafkaErrorException(error, $"topic '{topic}' partition {partition}", DetailOf(answer, version));
    }

    private static string? DetailOf(ReadOnlyMemory<byte> answer, short version)
    {
        var reader = new WireReader(answer);
        var whole = ResponseDecoder.Decode(ApiKey.Produce, version, ref reader, out _) as ProduceResponse;
        return reader.Error == WireError.None ? whole?.Responses[0].PartitionResponses[0].ErrorMessage : null;
    }
}
