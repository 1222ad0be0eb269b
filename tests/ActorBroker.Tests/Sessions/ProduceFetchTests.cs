using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

public sealed class ProduceFetchTests
{
    [Fact]
    public async Task What_is_produced_is_consumed_in_order()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("orders", partitions: 2);

        Assert.Equal(0, await client.ProduceAsync("orders", 1, "a", "b"));
        Assert.Equal(2, await client.ProduceAsync("orders", 1, "c"));

        Assert.Equal(["a", "b", "c"], await client.ConsumeAsync("orders", 1));
        Assert.Equal(["c"], await client.ConsumeAsync("orders", 1, from: 2));
        Assert.Empty(await client.ConsumeAsync("orders", 0));
    }

    [Fact]
    public async Task Records_and_topics_are_there_after_a_clean_restart()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.CreateTopicAsync("kept", partitions: 3, ("retention.ms", "123456"));
            await client.ProduceAsync("kept", 2, "before");
        }

        await using var again = await BrokerNode.StartAsync(options);
        await using var reader = await KafkaClient.ConnectAsync(again);
        Assert.Equal(["before"], await reader.ConsumeAsync("kept", 2));
        Assert.Equal(1, await reader.ProduceAsync("kept", 2, "after"));
        var metadata = await reader.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 9);
        Assert.Equal(3, Assert.Single(metadata.Topics).Partitions.Count);
        Assert.All(metadata.Topics[0].Partitions, partition => Assert.Equal(1, partition.LeaderEpoch));
    }

    [Fact]
    public async Task A_fetch_without_data_waits_until_there_is_some()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var consumer = await KafkaClient.ConnectAsync(node);
        await using var producer = await KafkaClient.ConnectAsync(node);
        await consumer.CreateTopicAsync("late");

        await consumer.SendAsync(KafkaRequests.Fetch("late", 0, 0, maxWaitMs: 30_000), 11);
        await producer.ProduceAsync("late", 0, "here");

        var response = await consumer.ReadAsync<FetchResponse>();
        Assert.NotEqual(0, response.Responses[0].Partitions[0].Records!.Value.Length);
        Assert.Equal(1, response.Responses[0].Partitions[0].HighWatermark);
    }

    [Fact]
    public async Task A_fetch_that_waits_for_more_than_comes_is_answered_with_what_there_is()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("little", partitions: 2);
        await client.ProduceAsync("little", 1, "x");

        var request = KafkaRequests.Fetch("little", 0, 0, maxWaitMs: 200, minBytes: 1_000_000);
        request.Topics[0].Partitions.Add(new() { Partition = 1, FetchOffset = 0, PartitionMaxBytes = 1000 });
        var response = await client.AskAsync<FetchResponse>(request, 11);

        Assert.Equal(0, response.Responses[0].Partitions[0].Records!.Value.Length);
        Assert.NotEqual(0, response.Responses[0].Partitions[1].Records!.Value.Length);
    }

    [Fact]
    public async Task One_byte_of_room_still_gets_a_whole_batch()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("big");
        await client.ProduceAsync("big", 0, new string('x', 5000));

        var response = await client.AskAsync<FetchResponse>(KafkaRequests.Fetch("big", 0, 0, partitionMaxBytes: 1), 11);

        Assert.True(response.Responses[0].Partitions[0].Records!.Value.Length > 5000);
    }

    [Theory]
    [InlineData(5, ErrorCode.OffsetOutOfRange)]
    [InlineData(-7, ErrorCode.OffsetOutOfRange)]
    [InlineData(1, ErrorCode.None)]
    public async Task A_fetch_outside_the_log_is_refused_and_its_records_are_empty_not_null(long offset, ErrorCode expected)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("short");
        await client.ProduceAsync("short", 0, "only");

        var response = await client.AskAsync<FetchResponse>(KafkaRequests.Fetch("short", 0, offset), 11);

        var answer = response.Responses[0].Partitions[0];
        Assert.Equal(expected, (ErrorCode)answer.ErrorCode);
        Assert.Equal(0, answer.Records!.Value.Length);
    }

    [Fact]
    public async Task A_batch_sent_twice_by_an_idempotent_producer_is_there_once()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("once");
        var id = await client.AskAsync<InitProducerIdResponse>(new InitProducerIdRequest { TransactionalId = null }, 4);
        Assert.Equal(0, id.ErrorCode);

        var first = await client.ProduceBatchAsync("once", 0, KafkaRequests.IdempotentBatch(id.ProducerId, 0, "a", "b"));
        var second = await client.ProduceBatchAsync("once", 0, KafkaRequests.IdempotentBatch(id.ProducerId, 2, "c"));
        var retried = await client.ProduceBatchAsync("once", 0, KafkaRequests.IdempotentBatch(id.ProducerId, 0, "a", "b"));
        var gap = await client.ProduceBatchAsync("once", 0, KafkaRequests.IdempotentBatch(id.ProducerId, 9, "z"));

        Assert.Equal((0, 2, 0), (first.BaseOffset, second.BaseOffset, retried.BaseOffset));
        Assert.Equal(ErrorCode.None, (ErrorCode)retried.ErrorCode);
        Assert.Equal(ErrorCode.OutOfOrderSequenceNumber, (ErrorCode)gap.ErrorCode);
        Assert.Equal(["a", "b", "c"], await client.ConsumeAsync("once", 0));
    }

    [Fact]
    public async Task Many_requests_in_flight_are_answered_in_their_order()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("many", partitions: 4);

        // A fetch that waits stands before requests that are answered at once.
        await client.SendAsync(KafkaRequests.Fetch("many", 0, 0, maxWaitMs: 300), 11);
        for (var i = 0; i < 500; i++)
        {
            await client.SendAsync(KafkaRequests.Produce("many", 1 + (i % 3), KafkaRequests.Batch($"{i}")), 9);
        }

        await client.ReadAsync<FetchResponse>();
        for (var i = 0; i < 500; i++)
        {
            var response = await client.ReadAsync<ProduceResponse>();
            Assert.Equal(1 + (i % 3), response.Responses[0].PartitionResponses[0].Index);
            Assert.Equal(i / 3, response.Responses[0].PartitionResponses[0].BaseOffset);
        }
    }

    [Fact]
    public async Task Acks_zero_has_no_answer_and_the_next_request_has_its_own()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("quiet");

        await client.SendAsync(KafkaRequests.Produce("quiet", 0, KafkaRequests.Batch("one"), acks: 0), 9, expectAnswer: false);

        Assert.Equal(1, await client.ProduceAsync("quiet", 0, "two"));
    }

    [Fact]
    public async Task A_failure_with_acks_zero_closes_the_connection()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);

        await client.SendAsync(KafkaRequests.Produce("nowhere", 0, KafkaRequests.Batch("one"), acks: 0), 9, expectAnswer: false);

        await client.ExpectClosedAsync();
    }

    [Fact]
    public async Task Flush_before_ack_answers_many_waiting_producers()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.log.flush-policy=before-ack"] });
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("safe");

        for (var i = 0; i < 200; i++)
        {
            await client.SendAsync(KafkaRequests.Produce("safe", 0, KafkaRequests.Batch($"{i}")), 9);
        }

        for (var i = 0; i < 200; i++)
        {
            var response = await client.ReadAsync<ProduceResponse>();
            Assert.Equal(i, response.Responses[0].PartitionResponses[0].BaseOffset);
        }
    }

    [Fact]
    public async Task Records_in_the_brokers_own_topics_are_refused()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);

        var answer = await client.ProduceBatchAsync("__consumer_offsets", 0, KafkaRequests.Batch("x"));

        Assert.Equal(ErrorCode.InvalidTopicException, (ErrorCode)answer.ErrorCode);
    }
}
