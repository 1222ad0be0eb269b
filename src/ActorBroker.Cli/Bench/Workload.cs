namespace ActorBroker.Cli.Bench;

/// <summary>What one run may do: hands out shares of it until the records or the time are used up, no faster than its rate. Its time
/// starts with it.</summary>
/// <param name="records">Null: no bound.</param>
/// <param name="duration">Null: no bound.</param>
/// <param name="rate">A second; 0: as fast as possible.</param>
/// <remarks>Any thread.</remarks>
internal sealed class Workload(TimeProvider clock, long? records, TimeSpan? duration, long rate)
{
    private readonly long _started = clock.GetTimestamp();
    private long _taken;

    public TimeSpan Elapsed => clock.GetElapsedTime(_started);

    public bool IsTimeUp => Elapsed >= duration;

    /// <summary>Takes the next share without waiting for it.</summary>
    /// <param name="due">When it may leave, since the start; zero without a rate.</param>
    /// <returns>Its records, fewer for the last one; 0 when nothing is left.</returns>
    public int Take(int atMost, out TimeSpan due)
    {
        var before = Interlocked.Add(ref _taken, atMost) - atMost;
        due = rate > 0 ? TimeSpan.FromSeconds((double)before / rate) : TimeSpan.Zero;
        return IsTimeUp || before >= records || due >= duration ? 0 : (int)Math.Min(atMost, records - before ?? atMost);
    }

    /// <summary>Waits until a share is due.</summary>
    /// <returns>Its records, fewer for the last one; 0 when nothing is left.</returns>
    public async ValueTask<int> TakeAsync(int atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var taken = Take(atMost, out var due);
        while (taken > 0 && due - Elapsed is var pause && pause > TimeSpan.Zero)   // a timer may be early
        {
            await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), clock, cancellationToken);
        }

        return taken;
    }
}
