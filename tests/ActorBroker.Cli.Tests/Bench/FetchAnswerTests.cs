using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Client;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Cli.Tests.Bench;

public sealed class FetchAnswerTests
{
    private const short Version = 12;
    private static readonly BrokerAddress Broker = new("127.0.0.1", 9092);

    [Fact]
    public void The_records_that_came_are_there()
    {
        var answer = Read(Answer(correlationId: 5), correlationId: 5);

        Assert.Equal([1, 2, 3], answer.Responses[0].Partitions[0].Records!.Value.ToArray());
    }

    [Fact]
    public void An_answer_to_another_request_is_refused() =>
        Assert.Contains("answers request 6", Assert.Throws<ConnectionException>(() => Read(Answer(correlationId: 6), correlationId: 5)).Message, StringComparison.Ordinal);

    [Fact]
    public void An_answer_that_is_cut_off_is_refused()
    {
        var answer = Answer(correlationId: 5);

        Assert.All(Enumerable.Range(0, answer.Length), length => Assert.Throws<ConnectionException>(() => Read(answer[..length], correlationId: 5)));
    }

    [Theory]
    [InlineData(ErrorCode.FetchSessionIdNotFound, ErrorCode.None, "topic 'orders'")]
    [InlineData(ErrorCode.None, ErrorCode.NotLeaderOrFollower, "topic 'orders' partition 3")]
    public void A_refusal_is_thrown_by_its_name(ErrorCode whole, ErrorCode partition, string where)
    {
        var failure = Assert.Throws<KafkaErrorException>(() => Read(Answer(correlationId: 5, whole, partition), correlationId: 5));

        Assert.Equal(whole == ErrorCode.None ? partition : whole, failure.Error);
        Assert.StartsWith(where, failure.Message, StringComparison.Ordinal);
    }

    private static FetchResponse Read(ReadOnlyMemory<byte> frame, int correlationId) => FetchAnswer.Read(frame, Version, correlationId, "orders", Broker);

    private static ReadOnlyMemory<byte> Answer(int correlationId, ErrorCode whole = ErrorCode.None, ErrorCode partition = ErrorCode.None)
    {
        using var writer = new WireWriter();
        ResponseEncoder.Encode(writer, ApiKey.Fetch, Version, correlationId, new FetchResponse
        {
            ErrorCode = (short)whole,
            Responses = [new() { Topic = "orders", Partitions = [new() { PartitionIndex = 3, ErrorCode = (short)partition, Records = new byte[] { 1, 2, 3 } }] }],
        });
        return writer.ToArray().AsMemory(FrameReader.LengthBytes);
    }
}
