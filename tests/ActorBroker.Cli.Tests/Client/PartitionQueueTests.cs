using ActorBroker.Cli.Client;
using ActorBroker.Log;

namespace ActorBroker.Cli.Tests.Client;

public sealed class PartitionQueueTests
{
    private static readonly ProducerOptions Options =
        new(-1, CompressionCodec.None, 1000, TimeSpan.Zero, TimeSpan.FromSeconds(1), Partition: null);

    [Fact]
    public void Sequences_count_the_records_before()
    {
        var queue = Filled(2, 3, 1);

        Assert.Equal([0, 2, 5], new[] { queue.Take(), queue.Take(), queue.Take() }.Select(Sequence));
    }

    [Fact]
    public void At_most_five_batches_are_on_their_way()
    {
        var queue = Filled(1, 1, 1, 1, 1, 1);
        for (var i = 0; i < 5; i++)
        {
            Assert.True(queue.MaySend(now: 0));
            queue.Take();
        }

        Assert.False(queue.MaySend(now: 0));
    }

    [Fact]
    public void After_an_error_batches_go_again_one_at_a_time_in_their_order()
    {
        var queue = Filled(1, 1, 1, 1);
        var (first, second, third) = (queue.Take(), queue.Take(), queue.Take());
        queue.Return(second);
        Assert.False(queue.MaySend(now: 0));   // two are still on their way
        queue.Return(third);
        queue.Return(first);

        Assert.Same(first, queue.Take());
        Assert.False(queue.MaySend(now: 0));
        queue.Acknowledged(first);
        Assert.Same(second, queue.Take());
        queue.Acknowledged(second);
        Assert.Same(third, queue.Take());
        Assert.True(queue.MaySend(now: 0));    // the fourth was never sent: it may follow
    }

    [Fact]
    public void An_out_of_order_answer_is_no_loss_while_an_earlier_batch_is_open()
    {
        var queue = Filled(1, 1);
        var (first, second) = (queue.Take(), queue.Take());

        Assert.True(queue.WaitsForEarlier(second, [first, second]));
        Assert.False(queue.WaitsForEarlier(first, [first, second]));
        queue.Return(first);
        Assert.True(queue.WaitsForEarlier(second, [second]));
    }

    private static PartitionQueue Filled(params int[] recordCounts)
    {
        var queue = new PartitionQueue(0, Options, producerId: 7, producerEpoch: 0);
        foreach (var count in recordCounts)
        {
            for (var i = 0; i < count; i++) queue.Add(0, 0, NullableBytes.Null, new byte[] { 1 }, null);
            queue.Seal();
        }

        return queue;
    }

    private static int Sequence(ProducedBatch batch)
    {
        Assert.Equal(BatchError.None, BatchView.Read(batch.Bytes.Bytes.Span, 10_000, out var view));
        Assert.Equal(7, view.ProducerId);
        return view.BaseSequence;
    }
}
