using ActorBroker.Limits;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Tests.Limits;

/// <summary>What all clients share: it is never exceeded but where it says so, and nobody waits for ever.</summary>
public sealed class SharedLimitTests : TestKit
{
    [Fact]
    public void What_there_is_room_for_is_taken_and_no_more()
    {
        var limit = new SharedLimit(100, room: 10);
        var turn = new LimitTurn(limit, CreateTestProbe());

        Assert.True(limit.TryTake(60, turn));
        Assert.False(limit.TryTake(41, turn));
        Assert.Equal(40, limit.TakeUpTo(70, least: 10, turn));
        Assert.Equal(0, limit.TakeUpTo(70, least: 1, turn));
        limit.Give(60);
        Assert.Equal(40, limit.Used);
    }

    [Fact]
    public void Who_finds_nothing_taken_gets_all_that_it_wants()
    {
        var limit = new SharedLimit(100, room: 10);

        Assert.Equal(1000, limit.TakeUpTo(1000, least: 10, new LimitTurn(limit, CreateTestProbe())));
    }

    [Fact]
    public void Turns_come_in_the_order_of_asking_and_only_when_there_is_room()
    {
        var limit = new SharedLimit(100, room: 10);
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var (firstTurn, secondTurn) = (new LimitTurn(limit, first), new LimitTurn(limit, second));
        limit.Take(100);
        firstTurn.Queue();
        secondTurn.Queue();

        limit.Give(5);
        ExpectNothing(first);
        limit.Give(5);
        first.ExpectMsg<RoomFree>();
        ExpectNothing(second);
        Assert.False(limit.TryTake(1, new LimitTurn(limit, CreateTestProbe())));    // who comes later does not overtake
        Assert.False(limit.TryTake(1, secondTurn));
        Assert.True(limit.TryTake(10, firstTurn));
        firstTurn.End();
        ExpectNothing(second);
        limit.Give(90);
        second.ExpectMsg<RoomFree>();
        secondTurn.End();
        Assert.True(limit.TryTake(1, new LimitTurn(limit, CreateTestProbe())));
    }

    [Fact]
    public void Who_gives_up_lets_the_next_one_through()
    {
        var limit = new SharedLimit(100, room: 10);
        var (first, second, third) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        LimitTurn[] turns = [new(limit, first), new(limit, second), new(limit, third)];
        limit.Take(100);
        foreach (var turn in turns)
        {
            turn.Queue();
        }

        limit.Give(50);
        first.ExpectMsg<RoomFree>();
        turns[1].End();
        turns[0].End();
        third.ExpectMsg<RoomFree>();
        ExpectNothing(second);
    }

    [Fact]
    public void One_at_a_time_may_exceed_a_limit_of_things_that_grow()
    {
        var limit = new SharedLimit(100, room: 1, mayExceed: true);
        var (first, second) = (CreateTestProbe(), CreateTestProbe());
        var (firstTurn, secondTurn) = (new LimitTurn(limit, first), new LimitTurn(limit, second));
        limit.Take(100);    // by the two: neither can go on before the other has finished
        firstTurn.Queue();
        secondTurn.Queue();

        first.ExpectMsg<RoomFree>();
        Assert.True(limit.TryTake(200, firstTurn));
        ExpectNothing(second);
        Assert.False(limit.TryTake(1, secondTurn));
        firstTurn.End();
        second.ExpectMsg<RoomFree>();
    }

    [Fact]
    public void A_client_that_goes_gives_back_all_that_is_held_and_what_is_taken_for_it_later()
    {
        var limit = new SharedLimit(100, room: 10);
        var share = new LimitShare(limit);
        share.Take(30);
        Assert.Equal(40, share.TakeUpTo(40, 10, new LimitTurn(limit, CreateTestProbe())));
        share.Adjust(40, 50);
        share.Adjust(50, 20);
        Assert.Equal((50L, 50L), (share.Held, limit.Used));

        share.Close();
        share.Take(10);
        share.Give(10);
        share.Close();

        Assert.Equal((0L, 0L), (share.Held, limit.Used));
    }

    [Fact]
    public void The_reserve_is_for_clients_that_hold_nothing()
    {
        var limit = new SharedLimit(100, room: 10, reserve: 25);
        var (greedy, modest) = (new LimitShare(limit), new LimitShare(limit));
        greedy.Take(100);
        new LimitTurn(limit, CreateTestProbe()).Queue();

        Assert.Equal(0, greedy.TakeReserved(10));
        Assert.Equal(10, modest.TakeReserved(10));
        Assert.Equal(0, modest.TakeReserved(10));
        Assert.Equal(0, new LimitShare(limit).TakeReserved(16));
        Assert.Equal(15, new LimitShare(limit).TakeReserved(15));
    }

    private static void ExpectNothing(TestProbe probe) => Assert.False(probe.HasMessages);
}
