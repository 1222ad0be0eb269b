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

    /// <summary>Waits until a share is due.</summary>
    /// <returns>Its records, fewer for the last one; 0 when nothing is left.</returns>
    public async ValueTask<int> TakeAsync(int atMost, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var before = Interlocked.Add(ref _taken, atMost) - atMost;
        if (IsTimeUp || before >= records) return 0;
        if (rate > 0)
        {
            var due = TimeSpan.FromSeconds((double)before / rate);
            if (due >= duration) return 0;
            var pause = due - Elapsed;
            if (pause > TimeSpan.Zero) await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(pause.TotalMilliseconds)), clock, cancellationToken);
        }

        return (int)Math.Min(atMost, records - before ?? atMost);
    }
}
