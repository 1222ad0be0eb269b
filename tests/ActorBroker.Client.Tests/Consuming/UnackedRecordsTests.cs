using ActorBroker.Client.Consuming;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class UnackedRecordsTests
{
    private readonly UnackedRecords<int, int> _unacked = new();

    [Fact]
    public void A_position_moves_over_what_is_acknowledged_without_a_gap_each_partition_by_itself()
    {
        Add("a", 0, 1, 2);
        Add("b", 7, 9);
        Assert.True(_unacked.Acknowledge(2));
        Assert.Equal("", Taken());
        Assert.True(_unacked.Acknowledge(1));
        Assert.True(_unacked.Acknowledge(5));
        Assert.Equal("a-0=2", Taken());
        Assert.True(_unacked.Acknowledge(4));
        Assert.Equal("b-0=10", Taken());
        Assert.Equal(1, _unacked.Count);
    }

    [Fact]
    public void An_acknowledgement_counts_once()
    {
        Add("a", 0);
        Assert.True(_unacked.Acknowledge(1));
        Assert.False(_unacked.Acknowledge(1));
        Assert.False(_unacked.Acknowledge(2));
    }

    [Fact]
    public void Positions_that_were_not_committed_are_tried_again_unless_they_have_moved()
    {
        Add("a", 0, 1);
        Add("b", 0);
        _unacked.Acknowledge(1);
        _unacked.Acknowledge(3);
        var failed = _unacked.TakeAcknowledged();
        _unacked.Acknowledge(2);
        _unacked.PutBack(failed);
        Assert.Equal("a-0=2 b-0=1", Taken());
    }

    [Fact]
    public void What_comes_again_keeps_its_number_and_order_and_gets_a_new_time()
    {
        Add("a", 0, 1, 2);
        _unacked.Acknowledge(2);
        Assert.Equal(TimeSpan.Zero, _unacked.OldestAt);
        Assert.Equal([1L, 3], _unacked.Again(TimeSpan.FromSeconds(5)).Select(delivery => delivery.DeliveryId));
        Assert.Equal(TimeSpan.FromSeconds(5), _unacked.OldestAt);
        _unacked.Clear();
        Assert.Null(_unacked.OldestAt);
        Assert.False(_unacked.Acknowledge(1));
    }

    private void Add(string topic, params long[] offsets)
    {
        foreach (var offset in offsets)
        {
            _unacked.Add(new ConsumeResult<int, int>(new TopicPartition(topic, 0), new Offset(offset), 0, 0, 0, [], LeaderEpoch.None), TimeSpan.Zero);
        }
    }

    private string Taken() => string.Join(' ', _unacked.TakeAcknowledged().OrderBy(pair => pair.Key.Topic).Select(pair => $"{pair.Key}={pair.Value}"));
}
