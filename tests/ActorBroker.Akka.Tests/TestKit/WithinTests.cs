using Akka.Actor;
using Akka.TestKit.Xunit2;
using Xunit.Sdk;

namespace AkkaSpecs;

public sealed class WithinTests : TestKit
{
    private static readonly TimeSpan Short = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(20);

    [Fact]
    public void An_expectation_inside_has_what_is_left()
    {
        var failure = Assert.ThrowsAny<XunitException>(() => Within(Short, () => ExpectMsg<string>()));

        Assert.Contains("Timeout 00:00:00.", failure.Message);
        Assert.Throws<InvalidOperationException>(() => Remaining);
    }

    [Fact]
    public void The_inner_bound_is_no_larger_than_the_outer() =>
        Within(Long, () =>
        {
            Assert.True(Remaining <= Long);
            Within(TimeSpan.FromSeconds(60), () => Assert.True(Remaining <= Long));
            Within(Short, () => Assert.True(Remaining <= Short));
            Assert.True(Remaining > Short);
        });

    [Fact]
    public void A_block_that_is_too_fast_fails() =>
        Assert.ThrowsAny<XunitException>(() => Within(TimeSpan.FromSeconds(10), Long, () => { }, "slow"));

    [Fact]
    public void ExpectNoMsg_may_use_up_the_time() => Within(Short, () => ExpectNoMsg());

    [Fact]
    public void The_result_of_the_block_is_returned()
    {
        TestActor.Tell(5);

        Assert.Equal(5, Within(Long, () => ExpectMsg<int>()));
    }

    [Fact]
    public async Task The_asynchronous_form_bounds_what_it_awaits()
    {
        await WithinAsync(Long, async () =>
        {
            TestActor.Tell("a");
            await ExpectMsgAsync("a");
        });

        await Assert.ThrowsAnyAsync<XunitException>(
            () => WithinAsync(Short, async () => await ExpectMsgAsync<string>()));
    }

    [Fact]
    public async Task The_asynchronous_form_does_not_wait_for_what_never_ends()
    {
        var never = new TaskCompletionSource();

        await Assert.ThrowsAnyAsync<XunitException>(() => WithinAsync(Short, () => never.Task));
    }

    [Fact]
    public void The_time_factor_dilates()
    {
        using var slow = new SlowKit();

        Assert.Equal(TimeSpan.FromSeconds(3), slow.Dilated(TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromSeconds(4.5), slow.RemainingOrDefault);
    }

    private sealed class SlowKit() : TestKit("akka.test.timefactor = 1.5");
}
