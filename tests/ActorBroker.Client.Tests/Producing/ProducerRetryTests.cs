using ActorBroker.Client.Tests.Support;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>A producer whose node ends sessions, refuses, stalls and keeps answers to itself.</summary>
public sealed class ProducerRetryTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Whatever_befalls_the_sessions_each_record_is_written_once_and_in_order(int seed)
    {
        using var broker = new FakeProducerBroker("batch-bytes = 1KiB", partitions: 2);
        var random = new Random(seed);
        broker.React = _ => random.Next(30) switch
        {
            0 => Reaction.StoreAndEnd,
            1 => Reaction.End,
            2 => Reaction.StoreAndTimeOut,
            3 => Reaction.NotLeader,
            4 => Reaction.Overloaded,
            _ => Reaction.Store,
        };
        await using var producer = broker.NewProducer();

        var sent = Enumerable.Range(0, 6000).Select(i => producer.SendAsync(new("t", null, ProducerNode.Name(i)) { Partition = i % 2 })).ToArray();
        var told = await FakeCluster.Outcome(Task.WhenAll(sent));

        for (var partition = 0; partition < 2; partition++)
        {
            var own = Enumerable.Range(0, 3000).Select(i => (i * 2) + partition).ToArray();
            Assert.Equal(own.Select(ProducerNode.Name), broker.Values(partition));
            Assert.Equal(Enumerable.Range(0, 3000).Select(i => (long)i), own.Select(i => told[i].Offset.Value));
        }
    }

    [Fact]
    public async Task A_batch_that_the_broker_will_never_take_fails_alone()
    {
        using var broker = new FakeProducerBroker("batch-bytes = 1KiB");
        var count = 0;
        broker.React = _ => ++count == 3 ? Reaction.Invalid : Reaction.Store;
        await using var producer = broker.NewProducer();

        var sent = Enumerable.Range(0, 1000).Select(i => producer.SendAsync(new("t", "k", ProducerNode.Name(i)))).ToArray();
        await FakeCluster.Outcome(Task.WhenAll(sent.Select(task => task.ContinueWith(_ => { }, TaskScheduler.Default))));

        var written = Enumerable.Range(0, 1000).Where(i => sent[i].IsCompletedSuccessfully).Select(ProducerNode.Name).ToArray();
        Assert.Equal(written, broker.Values());
        Assert.InRange(written.Length, 900, 999);
        var error = await Assert.ThrowsAsync<ProduceException>(() => sent.First(task => task.IsFaulted));
        Assert.Equal((SessionError.InvalidBatch, "t", false), (error.Error, error.Topic, error.IsRetriable));
        Assert.Contains("told to", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_record_that_is_not_written_within_the_delivery_timeout_fails_with_the_last_reason()
    {
        using var broker = new FakeProducerBroker("delivery-timeout = 200ms");
        broker.React = _ => Reaction.NotLeader;
        await using var producer = broker.NewProducer();

        var error = await Assert.ThrowsAsync<ProduceException>(() => FakeCluster.Outcome(producer.SendAsync(new("t", "k", "v"))));

        Assert.Equal((SessionError.NotLeader, true), (error.Error, error.IsRetriable));
        broker.React = _ => Reaction.Store;
        await FakeCluster.Outcome(producer.SendAsync(new("t", "k", "w")));
        Assert.Equal(["w"], broker.Values());
    }

    [Fact]
    public async Task No_more_is_under_way_than_the_session_gives_credit_for()
    {
        using var broker = new FakeProducerBroker("batch-bytes = 1KiB", partitions: 8);
        broker.Credit = (1 << 20, 2);
        await using var producer = broker.NewProducer();

        await FakeCluster.Outcome(Task.WhenAll(Enumerable.Range(0, 4000).Select(i => producer.SendAsync(new("t", null, "v") { Partition = i % 8 }))));

        Assert.InRange(broker.UnansweredMost, 1, 2);
        Assert.Equal(4000, Enumerable.Range(0, 8).Sum(partition => broker.Values(partition).Count));
    }

    [Fact]
    public async Task Without_idempotence_records_are_written_as_well()
    {
        using var broker = new FakeProducerBroker("idempotence = off, acks = leader");
        await using var producer = broker.NewProducer();

        await FakeCluster.Outcome(Task.WhenAll(Enumerable.Range(0, 100).Select(i => producer.SendAsync(new("t", "k", ProducerNode.Name(i))))));

        Assert.Equal(Enumerable.Range(0, 100).Select(ProducerNode.Name), broker.Values());
    }
}
