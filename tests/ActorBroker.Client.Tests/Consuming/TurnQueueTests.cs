using ActorBroker.Client.Consuming;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class TurnQueueTests
{
    private readonly TurnQueue _turns = new();
    private readonly AssignedPartition _a = new(new TopicPartition("a", 0), Start.Earliest, 1000);
    private readonly AssignedPartition _b = new(new TopicPartition("b", 0), Start.Earliest, 1000);

    [Fact]
    public void Partitions_give_in_turns()
    {
        Put(_a, 1, 2, 3);
        Put(_b, 1, 2);
        Assert.Equal("a1 b1 a2 b2 a3 -", Take(6));
    }

    [Fact]
    public void What_is_put_back_comes_first_of_its_partition()
    {
        Put(_a, 1, 2);
        _turns.PutBack(_turns.Take()!);
        Assert.Equal("a1 a2 -", Take(3));
    }

    [Fact]
    public void A_paused_partition_loses_its_turn_until_it_is_offered_again()
    {
        Put(_a, 1);
        Put(_b, 1);
        _a.IsPaused = true;
        Assert.Equal("b1 -", Take(2));
        _a.IsPaused = false;
        _turns.Offer(_a);
        _turns.Offer(_a);
        Assert.Equal("a1 -", Take(2));
    }

    [Fact]
    public void A_partition_that_is_gone_gives_nothing()
    {
        Put(_a, 1);
        _a.Withdraw();
        Assert.Equal("-", Take(1));
    }

    private void Put(AssignedPartition partition, params int[] ends)
    {
        foreach (var end in ends)
        {
            partition.Chunks.AddLast(new Chunk(partition, ReadOnlyMemory<byte>.Empty, new Offset(end)));
            _turns.Offer(partition);
        }
    }

    private string Take(int count) => string.Join(' ', Enumerable.Range(0, count)
        .Select(_ => _turns.Take() is { } chunk ? chunk.Of.Partition.Topic + chunk.Next : "-"));
}
