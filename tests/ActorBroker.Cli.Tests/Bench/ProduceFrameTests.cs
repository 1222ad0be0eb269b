using System.Buffers.Binary;
using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Tests.Bench;

public sealed class ProduceFrameTests
{
    private static readonly BrokerAddress Broker = new("127.0.0.1", 9092);

    public static TheoryData<short> Versions => [.. Enumerable.Range(0, ApiVersions.Known(ApiKey.Produce)!.Value.Max + 1).Select(version => (short)version)];

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_copy_is_the_request_that_it_was_aimed_at(short version)
    {
        var batch = BenchBatch.Of(recordBytes: 20, records: 3, DateTimeOffset.UnixEpoch);
        var frame = new ProduceFrame(version, "orders", acks: 1, TimeSpan.FromSeconds(7), batch.Bytes);
        var copy = new byte[frame.Length];
        frame.WriteTo(copy);

        frame.Aim(copy, correlationId: 0x01020304, partition: 12_345);

        Assert.Equal(copy.Length - FrameReader.LengthBytes, BinaryPrimitives.ReadInt32BigEndian(copy));
        var reader = new WireReader(copy.AsMemory(FrameReader.LengthBytes));
        Assert.True(RequestHeader.TryRead(ref reader, out var header));
        Assert.Equal((ApiKey.Produce, version, 0x01020304), (header.Key, header.Version, header.CorrelationId));
        var data = Assert.Single(Assert.Single(Assert.IsType<ProduceRequest>(RequestDecoder.Decode(header, ref reader)).TopicData).PartitionData);
        Assert.Equal((12_345, WireError.None), (data.Index, reader.Error));
        Assert.Equal(batch.Bytes.ToArray(), data.Records!.Value.ToArray());
    }

    [Theory]
    [MemberData(nameof(Versions))]
    public void An_answer_without_an_error_is_taken(short version) =>
        ProduceFrame.ThrowIfRefused(Answer(version, correlationId: 5, ErrorCode.None), version, correlationId: 5, "orders", Broker);

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_refusal_is_thrown_by_its_name(short version)
    {
        var answer = Answer(version, correlationId: 5, ErrorCode.MessageTooLarge);

        var failure = Assert.Throws<KafkaErrorException>(() => ProduceFrame.ThrowIfRefused(answer, version, correlationId: 5, "orders", Broker));

        Assert.Equal(ErrorCode.MessageTooLarge, failure.Error);
        Assert.StartsWith("topic 'orders' partition 3: ", failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void An_answer_to_another_request_is_refused()
    {
        var answer = Answer(version: 9, correlationId: 6, ErrorCode.None);

        Assert.Throws<ConnectionException>(() => ProduceFrame.ThrowIfRefused(answer, version: 9, correlationId: 5, "orders", Broker));
    }

    [Fact]
    public void An_answer_that_is_cut_off_is_refused()
    {
        var answer = Answer(version: 9, correlationId: 5, ErrorCode.None);

        Assert.All(Enumerable.Range(0, 20), length =>
            Assert.Throws<ConnectionException>(() => ProduceFrame.ThrowIfRefused(answer[..length], version: 9, correlationId: 5, "orders", Broker)));
    }

    private static ReadOnlyMemory<byte> Answer(short version, int correlationId, ErrorCode error)
    {
        using var writer = new WireWriter();
        ResponseEncoder.Encode(writer, ApiKey.Produce, version, correlationId, new ProduceResponse
        {
            Responses = [new() { Name = "orders", PartitionResponses = [new() { Index = 3, ErrorCode = (short)error, BaseOffset = 77 }] }],
        });
        return writer.ToArray().AsMemory(FrameReader.LengthBytes);
    }
}
