using ActorBroker.Client.Cluster;

namespace ActorBroker.Client.Tests;

public sealed class RefreshThrottleTests
{
    private readonly RefreshThrottle _throttle = new(new BackoffSettings(Ms(50), Ms(1000)));

    [Fact]
    public void Pauses_double_up_to_the_longest_and_start_again_after_a_quiet_time()
    {
        var now = Ms(7);
        var waits = new List<int>();
        for (var i = 0; i < 8; i++)
        {
            var wait = _throttle.Wait(now);
            waits.Add((int)wait.TotalMilliseconds);
            now += wait;
            _throttle.Begin(now);
            now += Ms(3);
            _throttle.End(now);
        }

        Assert.Equal([0, 50, 100, 200, 400, 800, 1000, 1000], waits);
        Assert.Equal(TimeSpan.Zero, _throttle.Wait(now + Ms(2001)));
        _throttle.Begin(now + Ms(2001));
        _throttle.End(now + Ms(2001));
        Assert.Equal(Ms(50), _throttle.Wait(now + Ms(2001)));
    }

    private static TimeSpan Ms(int count) => TimeSpan.FromMilliseconds(count);
}
