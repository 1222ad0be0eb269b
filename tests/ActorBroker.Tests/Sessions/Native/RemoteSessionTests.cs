using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Sessions of clients in another actor system, over the network.</summary>
public sealed class RemoteSessionTests
{
    [Fact]
    public async Task What_a_producer_stores_a_stream_brings()
    {
        await using var node = await BrokerNode.StartAsync();
        using var system = NativeClient.NewSystem();
        var producer = await NativeClient.ProducerAsync(node, system);
        await producer.CreateTopicAsync("t", partitions: 2);
        for (var number = 0; number < 100; number++)
        {
            producer.Tell(new StoreBatch(number, new TopicPartition("t", number % 2), -1, KafkaRequests.Batch($"{number}", new string('x', number * 100))));
        }

        var stored = 0;
        while (stored < 100)
        {
            await producer.ReadAsync<BatchStored>();
            stored++;
        }

        var consumer = await NativeClient.ConsumerAsync(node, system);
        consumer.Stream(1, "t", 1, from: 0, credit: 10_000);
        var values = (await consumer.ReadRecordsAsync(1, 100)).Select(record => record.Value).ToArray();
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"{(i * 2) + 1}"), values.Where((_, i) => i % 2 == 0));
        consumer.Stream(2, "t", 0, from: 1000);
        Assert.Equal(SessionError.OffsetOutOfRange, (await consumer.ReadAsync<StreamEnded>()).Error);
        var described = await consumer.AskAsync<ClusterDescribed>(new DescribeCluster(null, false));
        Assert.Equal(node.AkkaAddress, described.Nodes[0].AkkaAddress);
    }

    [Fact]
    public async Task A_batch_that_no_frame_can_hold_ends_its_stream_and_goes_through_in_one_process()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.sessions.message-bytes-max=100k"] });
        using var system = NativeClient.NewSystem();
        var local = await NativeClient.ProducerAsync(node);
        await local.CreateTopicAsync("t");
        await local.StoreAsync(1, "t", 0, KafkaRequests.Batch("small"));
        await local.StoreAsync(2, "t", 0, KafkaRequests.Batch(new string('x', 200_000)));

        var remote = await NativeClient.ConsumerAsync(node, system);
        remote.Stream(1, "t", 0, from: 0);
        Assert.Equal([(0L, "small")], await remote.ReadRecordsAsync(1, 1));
        var ended = await remote.ReadAsync<StreamEnded>();
        Assert.Equal((1, SessionError.BatchTooLarge), (ended.Stream, ended.Error));
        Assert.Contains("offset 1", ended.Message, StringComparison.Ordinal);
        var consumer = await NativeClient.ConsumerAsync(node);
        consumer.Stream(1, "t", 0, from: 0);
        Assert.Equal([0L, 1L], (await consumer.ReadRecordsAsync(1, 2)).Select(record => record.Offset));
    }

    [Fact]
    public async Task A_system_that_ends_takes_its_sessions_with_it()
    {
        await using var node = await BrokerNode.StartAsync();
        var system = NativeClient.NewSystem();
        await NativeClient.ProducerAsync(node, system);
        var consumer = await NativeClient.ConsumerAsync(node, system);
        await consumer.CreateTopicAsync("t");
        consumer.Stream(1, "t", 0, from: 0);
        Assert.Equal(2, await NativeClient.SessionsAsync(node));
        await system.Terminate();
        await NativeClient.NoSessionsAsync(node);
    }

    [Fact]
    public async Task Clients_hear_that_their_node_stops()
    {
        var node = await BrokerNode.StartAsync();
        using var system = NativeClient.NewSystem();
        var producer = await NativeClient.ProducerAsync(node, system);
        var consumer = await NativeClient.ConsumerAsync(node, system);
        await producer.CreateTopicAsync("t");
        await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("a"));
        consumer.Stream(1, "t", 0, from: 0);
        await consumer.ReadRecordsAsync(1, 1);
        await node.StopAsync();

        // That the session is gone comes over another connection than its last word, and may overtake it.
        Assert.True(await producer.EndAsync() is null or { Reason: SessionError.ShuttingDown });
        Assert.True(await consumer.EndAsync() is null or { Reason: SessionError.ShuttingDown });
    }

    [Fact]
    public async Task A_batch_of_the_largest_default_size_goes_through()
    {
        await using var node = await BrokerNode.StartAsync();
        using var system = NativeClient.NewSystem();
        var producer = await NativeClient.ProducerAsync(node, system);
        await producer.CreateTopicAsync("t");
        var batch = KafkaRequests.Batch(new string('x', node.Settings.TopicDefaults.BatchBytesMax - 200));
        Assert.Equal(Offset.Zero, (await producer.StoreAsync(1, "t", 0, batch)).BaseOffset);
        for (var number = 2; number < 10; number++)
        {
            await producer.StoreAsync(number, "t", 0, batch);
        }

        var consumer = await NativeClient.ConsumerAsync(node, system);
        consumer.Stream(1, "t", 0, from: 0, credit: 64 << 20);
        Assert.Equal(9, (await consumer.ReadRecordsAsync(1, 9)).Count);
    }
}
