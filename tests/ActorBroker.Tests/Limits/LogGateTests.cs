using ActorBroker.Limits;

namespace ActorBroker.Tests.Limits;

public sealed class LogGateTests
{
    [Fact]
    public void One_line_a_period_passes_and_the_next_one_tells_how_many_did_not()
    {
        var clock = new HandClock();
        var gate = new LogGate(clock, TimeSpan.FromSeconds(5));

        Assert.True(gate.TryPass(out var held));
        Assert.Equal(0, held);
        Assert.False(gate.TryPass(out _));
        Assert.False(gate.TryPass(out _));
        clock.Seconds = 5;
        Assert.True(gate.TryPass(out held));
        Assert.Equal(2, held);
        Assert.Equal(" (and 2 more since the last such line)", LogGate.More(held));
    }

    private sealed class HandClock : TimeProvider
    {
        public long Seconds { get; set; }

        public override long TimestampFrequency => 1;

        public override long GetTimestamp() => Seconds;
    }
}
