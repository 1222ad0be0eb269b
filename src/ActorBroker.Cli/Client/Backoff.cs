namespace ActorBroker.Cli.Client;

/// <summary>Waits between attempts, longer each time, until a budget is used up.</summary>
/// <param name="clock">The time.</param>
/// <param name="budget">For all attempts; <see cref="Timeout.InfiniteTimeSpan"/>: without end.</param>
internal sealed class Backoff(TimeProvider clock, TimeSpan budget)
{
    private static readonly TimeSpan First = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private readonly long _started = clock.GetTimestamp();
    private TimeSpan _next = First;

    /// <summary>False when the budget is used up and the caller should give up.</summary>
    public async Task<bool> WaitAsync(CancellationToken cancellationToken)
    {
        if (budget != Timeout.InfiniteTimeSpan && clock.GetElapsedTime(_started) + _next > budget) return false;
        await Task.Delay(_next, clock, cancellationToken);
        _next = _next + _next < Longest ? _next + _next : Longest;
        return true;
    }
}
