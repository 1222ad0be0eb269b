using ActorBroker.Client.Tests.Support;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>What happens between a call and the session: batches, waiting, giving up.</summary>
public sealed class ProducerBufferTests
{
    [Fact]
    public async Task Records_that_come_within_the_linger_time_travel_together()
    {
        using var broker = new FakeProducerBroker("linger = 300ms");
        await using var producer = broker.NewProducer();

        await FakeCluster.Outcome(Task.WhenAll(Enumerable.Range(0, 50).Select(_ => producer.SendAsync(new("t", "k", "v")))));

        Assert.Equal([50], broker.RecordCounts);
    }

    [Fact]
    public async Task A_full_batch_does_not_wait_for_the_linger_time_and_a_flush_ends_it()
    {
        using var broker = new FakeProducerBroker("linger = 1h, batch-bytes = 1KiB");
        await using var producer = broker.NewProducer();
        var first = producer.SendAsync(new("t", "k", new string('a', 700)));
        var second = producer.SendAsync(new("t", "k", new string('b', 700)));

        await FakeCluster.Outcome(first);
        var third = producer.SendAsync(new("t", "k", "c"));
        await FakeCluster.Outcome(second);
        Assert.False(third.IsCompleted);
        await FakeCluster.Outcome(producer.FlushAsync());

        Assert.True(third.IsCompletedSuccessfully);
        Assert.Equal(3, broker.RecordCounts.Sum());
    }

    [Fact]
    public async Task A_record_larger_than_a_batch_travels_alone()
    {
        using var broker = new FakeProducerBroker("batch-bytes = 1KiB");
        await using var producer = broker.NewProducer();

        await FakeCluster.Outcome(producer.SendAsync(new("t", "k", new string('x', 50_000))));

        Assert.Equal([new string('x', 50_000)], broker.Values());
    }

    [Fact]
    public async Task Sends_wait_while_the_buffer_is_full_and_go_on_in_order()
    {
        using var broker = new FakeProducerBroker("buffer-bytes = 4KiB, batch-bytes = 1KiB");
        var isStalled = true;
        broker.React = _ => Volatile.Read(ref isStalled) ? Reaction.Stall : Reaction.Store;
        await using var producer = broker.NewProducer();

        var sent = Enumerable.Range(0, 500).Select(i => producer.SendAsync(new("t", "k", $"{i} {new string('v', 100)}"))).ToArray();
        Assert.All(sent, task => Assert.False(task.IsCompleted));
        Volatile.Write(ref isStalled, false);
        broker.GoOn();
        await FakeCluster.Outcome(Task.WhenAll(sent));

        Assert.Equal(Enumerable.Range(0, 500), broker.Values().Select(value => int.Parse(value!.Split(' ')[0], System.Globalization.CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task A_send_that_finds_no_room_in_time_fails()
    {
        using var broker = new FakeProducerBroker("buffer-bytes = 1KiB, batch-bytes = 1KiB, max-block = 100ms, close-timeout = 0s");
        broker.React = _ => Reaction.Stall;
        var producer = broker.NewProducer();
        var inBuffer = producer.SendAsync(new("t", "k", new string('v', 900)));

        var error = await Assert.ThrowsAsync<BrokerTimeoutException>(() => FakeCluster.Outcome(producer.SendAsync(new("t", "k", new string('w', 900)))));

        Assert.Contains("max-block", error.Message, StringComparison.Ordinal);
        Assert.False(inBuffer.IsCompleted);
        await producer.DisposeAsync();
        await Assert.ThrowsAsync<ClientClosedException>(() => inBuffer);
    }

    [Fact]
    public async Task A_send_that_is_cancelled_while_it_waits_ends_at_once_and_is_never_written()
    {
        using var broker = new FakeProducerBroker("buffer-bytes = 1KiB, batch-bytes = 1KiB");
        var isStalled = true;
        broker.React = _ => Volatile.Read(ref isStalled) ? Reaction.Stall : Reaction.Store;
        await using var producer = broker.NewProducer();
        using var cancel = new CancellationTokenSource();

        var first = producer.SendAsync(new("t", "k", new string('v', 900)));
        var cancelledInTurn = producer.SendAsync(new("t", "k", new string('w', 900)), cancel.Token);
        var cancelledInLine = producer.SendAsync(new("t", "k", "x"), cancel.Token);
        var last = producer.SendAsync(new("t", "k", "y"));
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FakeCluster.Outcome(cancelledInLine));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => FakeCluster.Outcome(cancelledInTurn));
        Assert.False(first.IsCompleted);
        Volatile.Write(ref isStalled, false);

        for (broker.GoOn(); !first.IsCompleted; broker.GoOn())
        {
            await Task.Yield();
        }

        await FakeCluster.Outcome(Task.WhenAll(first, last));
        Assert.Equal([new string('v', 900), "y"], broker.Values());
    }

    [Fact]
    public async Task More_sends_than_may_wait_fail_at_once()
    {
        using var broker = new FakeProducerBroker("buffer-bytes = 1KiB, batch-bytes = 1KiB, max-waiting = 2, close-timeout = 0s");
        broker.React = _ => Reaction.Stall;
        await using var producer = broker.NewProducer();

        var sent = Enumerable.Range(0, 5).Select(_ => producer.SendAsync(new("t", "k", new string('v', 900)))).ToArray();

        var error = await Assert.ThrowsAsync<BrokerException>(() => sent[4]);
        Assert.Equal((SessionError.Overloaded, true), (error.Error, error.IsRetriable));
    }

    [Fact]
    public async Task Disposing_writes_everything_first_and_later_sends_fail()
    {
        using var broker = new FakeProducerBroker("linger = 1h, buffer-bytes = 4KiB, batch-bytes = 1KiB");
        var producer = broker.NewProducer();
        var sent = Enumerable.Range(0, 300).Select(i => producer.SendAsync(new("t", "k", ProducerNode.Name(i)))).ToArray();

        await FakeCluster.Outcome(producer.DisposeAsync().AsTask());

        Assert.All(sent, task => Assert.True(task.IsCompletedSuccessfully));
        Assert.Equal(300, broker.Values().Count);
        await Assert.ThrowsAsync<ClientClosedException>(() => producer.SendAsync(new("t", "k", "late")));
        await FakeCluster.Outcome(producer.FlushAsync());
        await FakeCluster.Outcome(producer.DisposeAsync().AsTask());
    }

    [Fact]
    public async Task What_is_pending_fails_when_the_actor_system_ends()
    {
        var broker = new FakeProducerBroker();
        broker.React = _ => Reaction.Stall;
        var producer = broker.NewProducer();
        var sent = Enumerable.Range(0, 10).Select(_ => producer.SendAsync(new("t", "k", "v"))).ToArray();

        broker.Dispose();

        foreach (var task in sent)
        {
            await Assert.ThrowsAsync<ClientClosedException>(() => FakeCluster.Outcome(task));
        }

        await producer.DisposeAsync();
    }

    [Fact]
    public async Task A_record_that_its_serializer_refuses_fails_alone()
    {
        using var broker = new FakeProducerBroker();
        await using var producer = broker.Client.CreateProducer(new ProducerOptions<string, string> { ValueSerializer = new Picky() });

        var refused = producer.SendAsync(new("t", "k", "bad"));
        await FakeCluster.Outcome(producer.SendAsync(new("t", "k", "good")));

        await Assert.ThrowsAsync<RecordFormatException>(() => FakeCluster.Outcome(refused));
        Assert.Equal(["good"], broker.Values());
    }

    private sealed class Picky : ISerializer<string>
    {
        public void Serialize(string value, System.Buffers.IBufferWriter<byte> to)
        {
            if (value == "bad")
            {
                throw new InvalidOperationException("not this one");
            }

            Serializers.Utf8.Serialize(value, to);
        }
    }
}
