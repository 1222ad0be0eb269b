using ActorBroker.Cli.Bench;
using ActorBroker.Cli.Commands;

namespace ActorBroker.Cli.Tests.Bench;

public sealed class WorkloadTests
{
    [Fact]
    public async Task The_last_share_is_what_is_left()
    {
        var load = new Workload(TimeProvider.System, records: 25, duration: null, rate: 0);

        Assert.Equal(10, await load.TakeAsync(10, default));
        Assert.Equal(10, await load.TakeAsync(10, default));
        Assert.Equal(5, await load.TakeAsync(10, default));
        Assert.Equal(0, await load.TakeAsync(10, default));
    }

    [Fact]
    public async Task Shares_that_would_be_due_after_the_end_are_not_given()
    {
        var load = new Workload(TimeProvider.System, records: null, TimeSpan.FromHours(1), rate: 1);

        Assert.Equal(3600, await load.TakeAsync(3600, default));
        Assert.Equal(0, await load.TakeAsync(1, default));
    }

    [Fact]
    public async Task Nothing_is_given_before_it_is_due()
    {
        var load = new Workload(TimeProvider.System, records: null, duration: null, rate: 100);
        await load.TakeAsync(5, default);

        Assert.Equal(1, await load.TakeAsync(1, default));

        Assert.True(load.Elapsed >= TimeSpan.FromMilliseconds(50), $"given after {load.Elapsed}");
    }

    [Fact]
    public async Task Waiting_for_a_share_ends_with_the_run()
    {
        var load = new Workload(TimeProvider.System, records: null, duration: null, rate: 1);
        await load.TakeAsync(3600, default);
        using var interrupt = new CancellationTokenSource();
        var waiting = load.TakeAsync(1, interrupt.Token).AsTask();
        await interrupt.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
    }

    [Theory]
    [InlineData(new double[] { 3 }, 3)]
    [InlineData(new double[] { 9, 1, 2 }, 2)]
    [InlineData(new double[] { 4, 1, 2, 9 }, 3)]
    public void The_median_is_in_the_middle(double[] values, double expected) => Assert.Equal(expected, BenchReport.Median(values));
}
