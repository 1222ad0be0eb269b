using Akka.Actor;
using Akka.Dispatch.MessageQueues;

namespace ActorBroker.Akka.Tests.Embedded;

public sealed class EnvelopeQueueTests
{
    [Fact]
    public void What_goes_in_comes_out_in_order_however_the_ring_grows()
    {
        var queue = new EnvelopeQueue();
        var lots = new Random(4711);
        var (put, taken) = (0, 0);
        for (var round = 0; round < 500; round++)
        {
            for (var i = lots.Next(100); i > 0; i--)
            {
                queue.Enqueue(new Envelope(put++, null));
            }

            Assert.Equal(put - taken, queue.Count);
            for (var i = lots.Next(100); i > 0 && queue.TryDequeue(out var envelope); i--)
            {
                Assert.Equal(taken++, envelope.Message);
            }

            Assert.Equal(put == taken, queue.IsEmpty);
        }
    }

    [Fact]
    public void Nothing_is_lost_or_doubled_when_many_put_in()
    {
        const int producers = 4;
        const int each = 200_000;
        var queue = new EnvelopeQueue();
        var threads = Enumerable.Range(0, producers).Select(producer => new Thread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                queue.Enqueue(new Envelope((producer, i), null));
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());

        var next = new int[producers];
        for (var left = producers * each; left > 0;)
        {
            if (queue.TryDequeue(out var envelope))
            {
                var (producer, number) = ((int, int))envelope.Message;
                Assert.Equal(next[producer]++, number);
                left--;
            }
        }

        Array.ForEach(threads, thread => thread.Join());
        Assert.True(queue.IsEmpty);
    }

    [Fact]
    public void A_message_costs_no_object()
    {
        var queue = new EnvelopeQueue();
        var envelope = new Envelope("message", null);
        PassThrough(100);
        var before = GC.GetAllocatedBytesForCurrentThread();
        PassThrough(10_000);

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());

        void PassThrough(int count)
        {
            for (var i = 0; i < count; i++)
            {
                queue.Enqueue(envelope);
                queue.TryDequeue(out _);
            }
        }
    }
}
