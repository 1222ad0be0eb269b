using ActorBroker.MultiNode.Support;
using Akka.Remote.Testing;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Kit;

/// <summary>The kit itself, between bare actor systems.</summary>
public sealed class KitTests
{
    /// <summary>Long enough for an answer to come, were there one.</summary>
    private static readonly TimeSpan Silence = TimeSpan.FromMilliseconds(500);

    [Fact]
    public async Task A_barrier_opens_when_all_have_come()
    {
        await using var roles = await EchoRoles.StartAsync("a", "b");
        var first = roles.Conductor.RunOnAsync("a", "enter", new { name = "noon" });

        var missing = await Assert.ThrowsAsync<MultiNodeException>(() => roles.Conductor.BarrierAsync("noon", ["a", "b"], Silence));
        Assert.Contains("noon: b did not come", missing.Message, StringComparison.Ordinal);
        Assert.False(first.IsCompleted);
        var second = roles.Conductor.RunOnAsync("b", "enter", new { name = "noon" });
        await roles.Conductor.BarrierAsync("noon", ["a", "b"]);

        await Task.WhenAll(first, second);
    }

    [Fact]
    public async Task What_a_role_cannot_do_fails_with_the_reason()
    {
        await using var roles = await EchoRoles.StartAsync("a");

        var unknown = await Assert.ThrowsAsync<MultiNodeException>(() => roles.Conductor.RunOnAsync("a", "dance"));
        Assert.Contains("a: dance failed: MultiNodeException: no such command; there are address, ask, enter", unknown.Message, StringComparison.Ordinal);
        var absent = await Assert.ThrowsAsync<MultiNodeException>(() => roles.Conductor.RunOnAsync("c", "dance"));
        Assert.Contains("c: dance cannot run, the role is not connected; there are: a", absent.Message, StringComparison.Ordinal);
        var never = roles.Conductor.RunOnAsync("a", "enter", new { name = "never" });
        await roles.Processes["a"].KillAsync();
        var killed = await Assert.ThrowsAsync<MultiNodeException>(() => never);
        Assert.Contains("a: the process ended while enter ran", killed.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Roles_end_with_their_conductor()
    {
        await using var roles = await EchoRoles.StartAsync("a", "b");

        roles.Conductor.Dispose();

        Assert.Equal(128 + 9, await roles.Processes["a"].EndAsync(Cluster.Patience));
        Assert.Equal(128 + 9, await roles.Processes["b"].EndAsync(Cluster.Patience));
    }

    [Theory]
    [InlineData(FaultDirection.Send)]
    [InlineData(FaultDirection.Receive)]
    [InlineData(FaultDirection.Both)]
    public async Task A_cut_network_is_silent_until_it_is_whole_again(FaultDirection direction)
    {
        await using var roles = await EchoRoles.StartAsync("a", "b");
        Assert.Equal("before", (await roles.AskAsync("a", "b", "before", Cluster.Patience)).Text);

        await roles.Conductor.BlackholeAsync("a", "b", direction);
        Assert.Null((await roles.AskAsync("a", "b", "lost", Silence)).Text);
        Assert.Null((await roles.AskAsync("b", "a", "lost", Silence)).Text);
        await roles.Conductor.PassThroughAsync("a", "b", direction);

        Assert.Equal("after", (await roles.AskAsync("a", "b", "after", Cluster.Patience)).Text);
        Assert.Equal("after", (await roles.AskAsync("b", "a", "after", Cluster.Patience)).Text);
    }

    [Fact]
    public async Task A_slow_network_makes_answers_late()
    {
        var delay = TimeSpan.FromMilliseconds(300);
        await using var roles = await EchoRoles.StartAsync("a", "b");
        Assert.Equal("before", (await roles.AskAsync("a", "b", "before", Cluster.Patience)).Text);

        await roles.Conductor.DelayAsync("a", "b", FaultDirection.Both, delay);
        var late = await roles.AskAsync("a", "b", "late", Cluster.Patience);

        Assert.Equal("late", late.Text);
        Assert.InRange(late.TookMs, 2 * delay.TotalMilliseconds * 0.95, Cluster.Patience.TotalMilliseconds);   // there and back; timers count in milliseconds
        await roles.Conductor.PassThroughAsync("a", "b");
        Assert.Equal("after", (await roles.AskAsync("a", "b", "after", Cluster.Patience)).Text);
    }
}
