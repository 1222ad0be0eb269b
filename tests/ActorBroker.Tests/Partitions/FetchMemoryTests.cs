using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Partitions;

namespace ActorBroker.Tests.Partitions;

public sealed class FetchMemoryTests
{
    private const int Room = 100_000;

    [Fact]
    public async Task A_fetch_that_data_woke_when_there_was_no_memory_is_answered_when_there_is()
    {
        await using var pair = await MovePair.StartAsync();
        var memory = new LimitShare(new SharedLimit(Room, room: 1));
        memory.Take(Room);
        var answers = Channels.Receive(pair.A.System, pair.LeaderOn(pair.A), new Fetch(default, new Offset(0), 1 << 20, 1, LeaderEpoch.None) { Memory = memory });
        Assert.False(Assert.IsType<FetchParked>(await answers.ReadAsync()).IsShortOfMemory);

        await pair.StoreAsync(pair.A, "a");
        Assert.True(Assert.IsType<FetchParked>(await answers.ReadAsync()).IsShortOfMemory);
        memory.Give(Room);

        using var batches = Assert.IsType<Fetched>(await answers.ReadAsync()).Batches;
        Assert.NotNull(batches);
        Assert.Equal(batches.Length, memory.Held);
    }
}
