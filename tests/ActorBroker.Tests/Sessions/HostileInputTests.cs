using System.Buffers.Binary;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

/// <summary>Bytes that are not the protocol: the connection ends or the protocol's error comes, and the node serves the next client.</summary>
public sealed class HostileInputTests : IAsyncLifetime
{
    private BrokerNode _node = null!;

    public async Task InitializeAsync() => _node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.kafka.request-bytes-max=1m", "akka.loglevel=OFF"] });

    public async Task DisposeAsync() => await _node.DisposeAsync();

    [Theory]
    [InlineData("ffffffff")]                              // length -1
    [InlineData("80000000")]                              // the most negative length
    [InlineData("7fffffff")]                              // 2 GiB
    [InlineData("00100001")]                              // one more than the limit
    [InlineData("00000000")]                              // no header at all
    [InlineData("0000000200030000")]                      // a header cut short
    [InlineData("0000000a7fff00000000000100000000")]      // unknown API
    [InlineData("0000000affff00000000000100000000")]      // negative API
    [InlineData("0000000a00037fff00000001ffff0000")]      // Metadata in an unknown version
    [InlineData("0000000a0003ffff00000001ffff0000")]      // Metadata in a negative version
    [InlineData("0000000e0003000100000001ffff7fffffff")]  // Metadata with two billion topics
    [InlineData("474554202f20485454502f312e310d0a0d0a")]  // a web browser
    public async Task Such_bytes_close_the_connection_and_nothing_else(string hex)
    {
        await using (var hostile = await KafkaClient.ConnectAsync(_node))
        {
            await hostile.Stream.WriteAsync(Convert.FromHexString(hex));
            await hostile.ExpectClosedAsync();
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task Random_bytes_never_take_the_node_down()
    {
        var random = new Random(20261120);
        for (var i = 0; i < 200; i++)
        {
            await using var hostile = await KafkaClient.ConnectAsync(_node);
            var bytes = new byte[random.Next(1, 2000)];
            random.NextBytes(bytes);
            if (i % 2 == 0)
            {
                // A length that fits, a header that is real, a body that is not.
                BinaryPrimitives.WriteInt32BigEndian(bytes.AsSpan(0, Math.Min(4, bytes.Length)).Length == 4 ? bytes : new byte[4], bytes.Length - 4);
                if (bytes.Length > 12)
                {
                    BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(4), (short)random.Next(0, 48));
                    BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), (short)random.Next(0, 12));
                    BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(12), -1);
                }
            }

            await hostile.Stream.WriteAsync(bytes);
        }

        await AssertServesAsync();
    }

    [Theory]
    [InlineData("../../etc/passwd")]
    [InlineData("..")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("ä")]
    [InlineData("")]
    public async Task A_topic_name_that_is_a_path_is_refused(string name)
    {
        await using var client = await KafkaClient.ConnectAsync(_node);

        var created = await client.AskAsync<CreateTopicsResponse>(
            new CreateTopicsRequest { TimeoutMs = 1000, Topics = [new() { Name = name, NumPartitions = 1, ReplicationFactor = 1 }] }, 5);
        var metadata = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [new() { Name = name }] }, 9);
        var produced = await client.ProduceBatchAsync(name, 0, KafkaRequests.Batch("x"));

        Assert.Equal(ErrorCode.InvalidTopicException, (ErrorCode)created.Topics[0].ErrorCode);
        Assert.Equal(ErrorCode.InvalidTopicException, (ErrorCode)metadata.Topics[0].ErrorCode);
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (ErrorCode)produced.ErrorCode);
    }

    [Fact]
    public async Task A_name_of_250_characters_is_refused_and_one_of_249_is_not()
    {
        await using var client = await KafkaClient.ConnectAsync(_node);
        await client.CreateTopicAsync(new string('t', 249));

        var created = await client.AskAsync<CreateTopicsResponse>(
            new CreateTopicsRequest { TimeoutMs = 1000, Topics = [new() { Name = new string('t', 250), NumPartitions = 1, ReplicationFactor = 1 }] }, 5);

        Assert.Equal(ErrorCode.InvalidTopicException, (ErrorCode)created.Topics[0].ErrorCode);
    }

    public static TheoryData<string, ErrorCode> BrokenBatches() => new()
    {
        { "crc", ErrorCode.CorruptMessage },
        { "magic", ErrorCode.CorruptMessage },
        { "cut", ErrorCode.CorruptMessage },
        { "length", ErrorCode.CorruptMessage },
        { "empty", ErrorCode.InvalidRecord },
        { "null", ErrorCode.InvalidRecord },
        { "control", ErrorCode.InvalidRecord },
        { "two", ErrorCode.InvalidRecord },
        { "large", ErrorCode.MessageTooLarge },
    };

    [Theory]
    [MemberData(nameof(BrokenBatches))]
    public async Task A_broken_batch_is_refused_and_nothing_is_written(string kind, ErrorCode expected)
    {
        await using var client = await KafkaClient.ConnectAsync(_node);
        var topic = $"broken-{kind}";
        await client.CreateTopicAsync(topic, 1, ("max.message.bytes", "1000"));

        var response = await client.AskAsync<ProduceResponse>(KafkaRequests.Produce(topic, 0, Broken(kind)), 9);

        Assert.Equal(expected, (ErrorCode)response.Responses[0].PartitionResponses[0].ErrorCode);
        Assert.Equal(0, await client.ProduceAsync(topic, 0, "good"));
    }

    [Theory]
    [InlineData((short)2)]
    [InlineData((short)-2)]
    public async Task Acks_that_do_not_exist_are_refused(short acks)
    {
        await using var client = await KafkaClient.ConnectAsync(_node);
        await client.CreateTopicAsync($"acks{acks}".Replace("-", "minus", StringComparison.Ordinal));

        var response = await client.AskAsync<ProduceResponse>(
            KafkaRequests.Produce($"acks{acks}".Replace("-", "minus", StringComparison.Ordinal), 0, KafkaRequests.Batch("x"), acks), 9);

        Assert.Equal(ErrorCode.InvalidRequiredAcks, (ErrorCode)response.Responses[0].PartitionResponses[0].ErrorCode);
    }

    [Fact]
    public async Task A_client_that_sends_half_a_frame_and_leaves_is_forgotten()
    {
        for (var i = 0; i < 20; i++)
        {
            await using var half = await KafkaClient.ConnectAsync(_node);
            await half.Stream.WriteAsync(Convert.FromHexString("00000100000300010000"));
        }

        await AssertServesAsync();
    }

    [Fact]
    public async Task A_client_that_never_reads_is_slowed_down_and_the_others_are_not()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.kafka.reply-bytes-max=1m"] });
        await using var greedy = await KafkaClient.ConnectAsync(node);
        await greedy.CreateTopicAsync("feed");
        for (var i = 0; i < 8; i++)
        {
            await greedy.ProduceAsync("feed", 0, new string('x', 500_000));
        }

        // 150 answers of 4 MB would be 600 MB, were they all made.
        for (var i = 0; i < 150; i++)
        {
            await greedy.SendAsync(KafkaRequests.Fetch("feed", 0, 0, partitionMaxBytes: 4_000_000), 11, expectAnswer: false);
        }

        await using var polite = await KafkaClient.ConnectAsync(node);
        for (var i = 0; i < 20; i++)
        {
            await polite.ProduceAsync("feed", 0, "small");
        }

        Assert.True(GC.GetTotalMemory(forceFullCollection: true) < 400L * 1024 * 1024);
    }

    private static byte[]? Broken(string kind)
    {
        var batch = KafkaRequests.Batch("value");
        switch (kind)
        {
            case "crc":
                batch[^1] ^= 1;
                return batch;
            case "magic":
                batch[16] = 1;
                return batch;
            case "cut":
                return batch[..^3];
            case "length":
                BinaryPrimitives.WriteInt32BigEndian(batch.AsSpan(8), -5);
                return batch;
            case "empty":
                return [];
            case "null":
                return null;
            case "control":
                var control = new BatchWriter { IsControl = true, IsTransactional = true, ProducerId = 1, ProducerEpoch = 0 };
                control.Add(0, new byte[] { 0, 0, 0, 1 }, new byte[] { 0, 0, 0, 0, 0, 0 });
                return control.ToArray();
            case "two":
                return [.. batch, .. batch];
            default:
                return KafkaRequests.Batch(new string('x', 2000));
        }
    }

    private async Task AssertServesAsync()
    {
        await using var client = await KafkaClient.ConnectAsync(_node);
        var response = await client.AskAsync<ApiVersionsResponse>(new ApiVersionsRequest { ClientSoftwareName = "test", ClientSoftwareVersion = "1" }, 3);
        Assert.Equal(0, response.ErrorCode);
    }
}
