namespace ActorBroker.Raft.Tests;

public sealed class RaftOptionsTests
{
    [Fact]
    public void The_defaults_fit_each_other() => new RaftOptions().Verify();

    public static TheoryData<RaftOptions, string> Unfit => new()
    {
        { new RaftOptions { HeartbeatTicks = 0 }, "heartbeats" },
        { new RaftOptions { HeartbeatTicks = 5 }, "loss of a heartbeat" },
        { new RaftOptions { ElectionTicksMax = 10 }, "room to differ" },
        { new RaftOptions { LeaseMarginTicks = 10 }, "margin" },
        { new RaftOptions { AppendsInFlightMax = 0 }, "limits" },
        { new RaftOptions { CatchUpRecordsMax = -1 }, "learner" },
    };

    [Theory]
    [MemberData(nameof(Unfit))]
    public void Options_that_do_not_fit_are_refused_with_the_rule(RaftOptions options, string rule) =>
        Assert.Contains(rule, Assert.Throws<ArgumentException>(options.Verify).Message, StringComparison.Ordinal);
}
