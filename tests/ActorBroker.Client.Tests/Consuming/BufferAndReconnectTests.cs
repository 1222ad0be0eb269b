using ActorBroker.Client.Consuming;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Remote;
using static ActorBroker.Client.Tests.Consuming.RecordStore;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class BufferAndReconnectTests
{
    [Fact]
    public async Task After_each_loss_of_its_session_a_consumer_goes_on_without_gap_or_repetition()
    {
        const int Records = 300;
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t", 2);
        await using var consumer = store.Consumer();
        consumer.Assign(At("t", 0), At("t", 1));
        await using var records = new Reading(consumer);
        var next = new long[2];
        var producing = ProduceAsync();
        for (var i = 0; i < Records; i++)
        {
            var record = await records.NextAsync();
            Assert.Equal(next[record.Partition]++, record.Offset.Value);
            if (i % 20 == 10)
            {
                store.System.ActorSelection(SessionProtocol.SessionsPath + "/consumer-*").Tell(PoisonPill.Instance);
            }
        }

        await Outcome(producing);
        Assert.Equal([Records / 2, Records / 2], next);

        async Task ProduceAsync()
        {
            for (var i = 0; i < Records; i++)
            {
                await store.AddAsync("t", i % 2, $"{i}");
            }
        }
    }

    [Fact]
    public async Task A_broken_connection_ends_the_session_also_when_both_ends_live_on()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 10);
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        await records.NextAsync(5);
        var partition = consumer.Board.Assigned[At("t")];
        var stream = partition.Stream;
        var node = new Address("akka", store.System.Name);    // what a selection of a node in this system leads to
        store.System.EventStream.Publish(new DisassociatedEvent(node, new Address("akka.tcp", "other", "127.0.0.1", 1), false));
        store.System.EventStream.Publish(new DisassociatedEvent(node, node, false));
        await UntilAsync(() => partition.Stream > stream);
        Assert.Equal(stream + 1, partition.Stream);
        Assert.Equal(["0-5", "0-6", "0-7", "0-8", "0-9"], await records.NextAsync(5));
    }

    [Fact]
    public async Task A_slow_consumer_holds_what_fits_its_buffer_and_the_node_keeps_the_rest()
    {
        const int BatchBytes = 16 * 1024;
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        for (var i = 0; i < 40; i++)
        {
            await store.AddAsync("t", 0, $"{i}", new string('x', BatchBytes));
        }

        await using var consumer = store.Consumer(new() { BufferBytes = ConsumerSettings.BufferBytesMin });
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        Assert.Equal("0", (await records.NextAsync()).Value);
        var partition = consumer.Board.Assigned[At("t")];
        await UntilAsync(() => partition.Credit.Held >= ConsumerSettings.BufferBytesMin);
        Assert.InRange(partition.Credit.Held, ConsumerSettings.BufferBytesMin, ConsumerSettings.BufferBytesMin + (2 * BatchBytes));

        for (var i = 1; i < 80; i++)
        {
            Assert.Equal(new Offset(i), (await records.NextAsync()).Offset);
        }
    }

    [Fact]
    public async Task A_batch_larger_than_the_buffer_is_read()
    {
        await using var store = await RecordStore.StartAsync();
        await store.CreateTopicAsync("t");
        var large = new string('x', 6 * ConsumerSettings.BufferBytesMin);
        await store.AddAsync("t", 0, large);
        await store.AddAsync("t", 0, large, "after");
        await using var consumer = store.Consumer(new() { BufferBytes = ConsumerSettings.BufferBytesMin });
        consumer.Assign(At("t"));
        Assert.Equal([large, large, "after"], await ReadAsync(consumer, 3));
    }

    [Fact]
    public async Task A_topic_that_is_deleted_is_an_error_for_who_was_assigned_it()
    {
        await using var store = await GroupConsumerTests.FilledAsync(partitions: 1, each: 1);
        await using var consumer = store.Consumer();
        consumer.Assign(At("t"));
        await using var records = new Reading(consumer);
        await records.NextAsync();
        var next = records.AskAsync();
        await Outcome(store.Client.Admin.DeleteTopicAsync("t"));
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(next));
    }
}
