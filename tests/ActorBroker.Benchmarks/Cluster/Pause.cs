namespace ActorBroker.Benchmarks.Cluster;

/// <summary>Time that is part of what is measured.</summary>
internal static class Pause
{
    public static async Task ForAsync(TimeSpan time, CancellationToken end)
    {
        using var timer = new PeriodicTimer(time);
        await timer.WaitForNextTickAsync(end);
    }
}
