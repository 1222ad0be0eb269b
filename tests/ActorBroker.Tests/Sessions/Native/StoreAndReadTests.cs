using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

public sealed class StoreAndReadTests
{
    [Fact]
    public async Task What_a_producer_stores_a_stream_brings_in_order()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t");
        Assert.Equal(Offset.Zero, (await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("a", "b"))).BaseOffset);
        Assert.Equal(new Offset(2), (await producer.StoreAsync(2, "t", 0, KafkaRequests.Batch("c"))).BaseOffset);

        var consumer = await NativeClient.ConsumerAsync(node);
        consumer.Stream(7, "t", 0, from: 0);
        Assert.Equal([(0L, "a"), (1L, "b"), (2L, "c")], await consumer.ReadRecordsAsync(7, 3));

        await producer.StoreAsync(3, "t", 0, KafkaRequests.Batch("d"));
        Assert.Equal([(3L, "d")], await consumer.ReadRecordsAsync(7, 1));
    }

    [Fact]
    public async Task Batches_of_many_partitions_are_under_way_at_once_and_each_is_answered()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = await NativeClient.ProducerAsync(node);
        await producer.CreateTopicAsync("t", partitions: 4);
        for (var number = 0; number < 40; number++)
        {
            producer.Tell(new StoreBatch(number, new TopicPartition("t", number % 4), (sbyte)((number % 3) - 1), KafkaRequests.Batch($"{number}")));
        }

        var answers = new SortedDictionary<long, long>();
        while (answers.Count < 40)
        {
            var stored = await producer.ReadAsync<BatchStored>();
            answers.Add(stored.Number, stored.BaseOffset.Value);
        }

        Assert.Equal(Enumerable.Range(0, 40).Select(number => (long)(number / 4)), answers.Values);
        var consumer = await NativeClient.ConsumerAsync(node);
        consumer.Stream(0, "t", 3, from: 0);
        Assert.Equal(Enumerable.Range(0, 10).Select(i => $"{(i * 4) + 3}"), (await consumer.ReadRecordsAsync(0, 10)).Select(record => record.Value));
    }

    [Fact]
    public async Task An_idempotent_producer_gets_an_id_and_a_batch_that_it_sends_twice_is_stored_once()
    {
        await using var node = await BrokerNode.StartAsync();
        var producer = new NativeClient(node);
        var opened = await producer.OpenAsync<ProducerOpened>(new OpenProducer(5, "test", true, -1, -1));
        Assert.Equal((1, (short)0), (opened.ProtocolVersion, opened.ProducerEpoch));
        Assert.True(opened.ProducerId >= 0);
        Assert.Equal((node.Settings.Sessions.ProducerCreditBytes, node.Settings.Sessions.ProducerCreditBatches), (opened.CreditBytes, opened.CreditBatches));
        await producer.CreateTopicAsync("t");
        await producer.StoreAsync(1, "t", 0, KafkaRequests.Batch("first"));
        var batch = KafkaRequests.IdempotentBatch(opened.ProducerId, 0, "a");
        Assert.Equal(new Offset(1), (await producer.StoreAsync(2, "t", 0, batch)).BaseOffset);
        Assert.Equal(new Offset(1), (await producer.StoreAsync(3, "t", 0, batch)).BaseOffset);

        var gap = new StoreBatch(4, new TopicPartition("t", 0), -1, KafkaRequests.IdempotentBatch(opened.ProducerId, 5, "z"));
        Assert.Equal(SessionError.OutOfOrderSequence, (await producer.RefusedAsync(gap)).Error);
        var again = new NativeClient(node);
        var reopened = await again.OpenAsync<ProducerOpened>(new OpenProducer(1, "test", true, opened.ProducerId, opened.ProducerEpoch));
        Assert.Equal((opened.ProducerId, opened.ProducerEpoch), (reopened.ProducerId, reopened.ProducerEpoch));
    }
}
