using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Sessions.Native;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Sessions on a real node.</summary>
public sealed class SessionLifeTests
{
    [Fact]
    public async Task Sessions_are_counted_from_open_to_close()
    {
        await using var node = await BrokerNode.StartAsync();
        Assert.Equal(0, await NativeClient.SessionsAsync(node));
        var producer = await NativeClient.ProducerAsync(node);
        var consumer = await NativeClient.ConsumerAsync(node);
        Assert.Equal(2, await NativeClient.SessionsAsync(node));
        producer.Tell(new CloseSession(SessionError.None, ""));
        Assert.Null(await producer.EndAsync());
        consumer.Tell(new CloseSession(SessionError.None, ""));
        Assert.Null(await consumer.EndAsync());
        await NativeClient.NoSessionsAsync(node);
    }

    [Fact]
    public async Task Clients_that_die_take_their_sessions_with_them()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        var consumer = await NativeClient.ConsumerAsync(node);
        await producer.CreateTopicAsync("t");
        consumer.Stream(1, "t", 0, from: 0);
        producer.Tell(new StoreBatch(1, new TopicPartition("t", 0), -1, KafkaRequests.Batch("a")));
        node.System.Stop(producer.Actor);
        node.System.Stop(consumer.Actor);
        await NativeClient.NoSessionsAsync(node);
    }

    [Fact]
    public async Task One_session_too_many_is_refused_until_another_one_ends()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.sessions.sessions-max=1"] });
        var first = await NativeClient.ProducerAsync(node);
        var second = new NativeClient(node);
        Assert.Equal(SessionError.Overloaded, await second.RefusedAsync(new OpenConsumer(1, "c")));
        Assert.Equal(SessionError.Overloaded, await second.RefusedAsync(new OpenProducer(1, "p", true, -1, -1)));
        first.Tell(new CloseSession(SessionError.None, ""));
        await NativeClient.NoSessionsAsync(node);
        await second.OpenAsync<ConsumerOpened>(new OpenConsumer(1, "c"));
    }

    [Fact]
    public async Task A_version_that_is_not_spoken_is_refused_and_a_later_one_is_answered_with_the_first()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        Assert.Equal(SessionError.UnsupportedVersion, await client.RefusedAsync(new OpenConsumer(0, "c")));
        Assert.Equal(SessionError.UnsupportedVersion, await client.RefusedAsync(new OpenProducer(-1, "p", false, -1, -1)));
        Assert.Equal(1, (await client.OpenAsync<ConsumerOpened>(new OpenConsumer(99, "c"))).ProtocolVersion);
        var opened = await client.OpenAsync<ProducerOpened>(new OpenProducer(99, "p", false, -1, -1));
        Assert.Equal((1, -1L, (short)-1), (opened.ProtocolVersion, opened.ProducerId, opened.ProducerEpoch));
    }

    [Fact]
    public async Task Clients_hear_that_their_node_stops()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        var consumer = await NativeClient.ConsumerAsync(node);
        await producer.CreateTopicAsync("t");
        consumer.Stream(1, "t", 0, from: 0);
        await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("a"));
        await consumer.ReadRecordsAsync(1, 1);
        // The first step of a stop; the next ones would end the clients, too, which live in the same system.
        node.System.ActorSelection(SessionProtocol.SessionsPath).Tell(StopSessions.Instance);
        Assert.Equal(SessionError.ShuttingDown, (await producer.EndAsync())!.Reason);
        Assert.Equal(SessionError.ShuttingDown, (await consumer.EndAsync())!.Reason);
    }

    [Fact]
    public async Task A_producer_knows_of_every_batch_whether_it_was_stored_before_its_node_stopped()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t");
        for (var number = 0; number < 900; number++)
        {
            producer.Tell(new StoreBatch(number, new TopicPartition("t", 0), -1, KafkaRequests.Batch("x")));
            if (number == 300)
            {
                node.System.ActorSelection(SessionProtocol.SessionsPath).Tell(StopSessions.Instance);
            }
        }

        var stored = 0;
        for (var message = await producer.ReadAnyAsync(); message is not Akka.Actor.Terminated; message = await producer.ReadAnyAsync())
        {
            stored += message is BatchStored ? 1 : 0;
            Assert.True(message is BatchStored or CloseSession { Reason: SessionError.ShuttingDown } or BatchRefused { Error: SessionError.ShuttingDown });
        }

        await using var kafka = await KafkaClient.ConnectAsync(node);
        Assert.Equal(stored, (await kafka.ConsumeAsync("t", 0)).Count);
    }

    [Fact]
    public async Task A_consumer_that_never_grants_gets_its_credit_and_one_batch()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t");
        var batch = KafkaRequests.Batch(new string('x', 1000));
        for (var number = 0; number < 50; number++)
        {
            await producer.StoreAsync(number, "t", 0, batch);
        }

        var consumer = await NativeClient.ConsumerAsync(node);
        var credit = 10 * batch.Length + 1;
        consumer.Stream(1, "t", 0, from: 0, credit);
        var bytes = 0;
        while (bytes < credit)
        {
            bytes += (await consumer.ReadAsync<BatchesRead>()).Batches.Length;
        }

        Assert.Equal(11 * batch.Length, bytes);
        // Whatever the stream sent before the request would be here before its answer.
        await consumer.AskAsync<ClusterDescribed>(new DescribeCluster(null, false));
        consumer.Tell(new GrantCredit(1, batch.Length));
        var next = NativeClient.Records((await consumer.ReadAsync<BatchesRead>()).Batches);
        Assert.Equal(11, Assert.Single(next).Offset);
    }

    [Fact]
    public async Task A_stream_out_of_range_is_told_where_the_log_is()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t");
        await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("a", "b", "c"));
        await producer.AskAsync<RecordsForgotten>(new ForgetRecords(new TopicPartition("t", 0), new Offset(2)));
        var consumer = await NativeClient.ConsumerAsync(node);
        foreach (var from in (long[])[-1, 0, 1, 4])
        {
            consumer.Stream((int)from, "t", 0, from);
            var ended = await consumer.ReadAsync<StreamEnded>();
            Assert.Equal(((int)from, SessionError.OffsetOutOfRange), (ended.Stream, ended.Error));
            Assert.Equal((new Offset(2), new Offset(3)), (ended.LogStart, ended.HighWatermark));
        }

        consumer.Tell(new OpenStream(10, new TopicPartition("t", 0), new Offset(2), new LeaderEpoch(77), 1000));
        Assert.Equal(SessionError.UnknownLeaderEpoch, (await consumer.ReadAsync<StreamEnded>()).Error);
    }

    [Fact]
    public async Task A_topic_that_is_deleted_ends_its_streams()
    {
        await using var node = await BrokerNode.StartAsync();
        var consumer = await NativeClient.ConsumerAsync(node);
        await consumer.CreateTopicAsync("t", partitions: 2);
        consumer.Stream(0, "t", 0, from: 0);
        consumer.Stream(1, "t", 1, from: 0);
        var admin = new NativeClient(node);
        await admin.AskAsync<RequestDone>(new DeleteTopic("t", 10_000));
        StreamEnded[] ended = [await consumer.ReadAsync<StreamEnded>(), await consumer.ReadAsync<StreamEnded>()];
        Assert.Equal([0, 1], ended.Select(each => each.Stream).Order());
        Assert.All(ended, each => Assert.Equal(SessionError.UnknownTopicOrPartition, each.Error));
    }

    [Fact]
    public async Task A_partition_that_is_fenced_tells_producer_and_consumer()
    {
        var files = new FailingFiles();
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Files = files, Set = ["broker.log.flush-policy=before-ack"] });
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t");
        var consumer = await NativeClient.ConsumerAsync(node);
        consumer.Stream(1, "t", 0, from: 0);
        await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("a"));
        await consumer.ReadRecordsAsync(1, 1);
        files.Unflushable = "t-0";
        var refused = await producer.RefusedAsync(new StoreBatch(2, new TopicPartition("t", 0), -1, KafkaRequests.Batch("lost")));
        Assert.Equal(SessionError.StorageFailed, refused.Error);
        Assert.Equal(SessionError.StorageFailed, (await consumer.ReadAsync<StreamEnded>()).Error);
    }

    [Fact]
    public async Task Kafka_and_native_clients_read_what_the_other_wrote()
    {
        await using var node = await BrokerNode.StartAsync();
        var native = await NativeClient.ProducerAsync(node);
        await native.AskAsync<RequestDone>(new CreateTopic("t", 1, 1, ImmutableDictionary<string, string>.Empty, false, 10_000));
        await using var kafka = await KafkaClient.ConnectAsync(node);
        await native.StoreAsync(1, "t", 0, KafkaRequests.Batch("native"));
        await kafka.ProduceAsync("t", 0, "kafka");
        Assert.Equal(["native", "kafka"], await kafka.ConsumeAsync("t", 0));
        var consumer = await NativeClient.ConsumerAsync(node);
        consumer.Stream(1, "t", 0, from: 0);
        Assert.Equal(["native", "kafka"], (await consumer.ReadRecordsAsync(1, 2)).Select(record => record.Value));
    }
}
