using ActorBroker.Cli.Bench;

namespace ActorBroker.Cli.Tests.Bench;

public sealed class LatencyHistogramTests
{
    [Fact]
    public void Percentiles_are_right_within_a_buckets_width()
    {
        var times = new LatencyHistogram();
        for (var i = 1; i <= 10_000; i++) times.Add(TimeSpan.FromMicroseconds(i));

        Assert.Equal(10_000, times.Count);
        Assert.InRange(times.AtPercent(50).TotalMicroseconds, 5000, 5000 * 1.016);
        Assert.InRange(times.AtPercent(99).TotalMicroseconds, 9900, 9900 * 1.016);
        Assert.Equal(TimeSpan.FromMicroseconds(10_000), times.AtPercent(100));
        Assert.Equal(TimeSpan.FromMicroseconds(10_000), times.Max);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(127)]
    [InlineData(128)]
    [InlineData(1_000_003)]
    [InlineData(long.MaxValue)]
    public void A_single_duration_is_every_percentile(long ticks)
    {
        var times = new LatencyHistogram();
        times.Add(new TimeSpan(ticks));

        Assert.Equal(ticks, times.AtPercent(0).Ticks);
        Assert.Equal(ticks, times.AtPercent(50).Ticks);
        Assert.Equal(ticks, times.Max.Ticks);
    }

    [Fact]
    public void Nothing_measured_is_zero() => Assert.Equal(TimeSpan.Zero, new LatencyHistogram().AtPercent(99));

    [Fact]
    public void Adding_allocates_nothing()
    {
        var times = new LatencyHistogram();
        times.Add(TimeSpan.FromMilliseconds(1));
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++) times.Add(new TimeSpan(i * 1000L));

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
    }
}
