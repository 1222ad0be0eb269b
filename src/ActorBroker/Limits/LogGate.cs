namespace ActorBroker.Limits;

/// <summary>Lets one line of a kind into the log every few seconds, however many events there are, and counts the others.</summary>
/// <remarks>Any thread.</remarks>
/// <param name="linesMax">So many lines a period pass.</param>
internal sealed class LogGate(TimeProvider clock, TimeSpan period, int linesMax = 1)
{
    private readonly Lock _lock = new();
    private long? _began;
    private int _lines;
    private long _held;

    /// <param name="held">Events since the last line that were not told.</param>
    public bool TryPass(out long held)
    {
        var now = clock.GetTimestamp();
        lock (_lock)
        {
            if (_began is not { } began || clock.GetElapsedTime(began, now) >= period)
            {
                (_began, _lines) = (now, 0);
            }

            if (_lines == linesMax)
            {
                held = ++_held;
                return false;
            }

            _lines++;
            (held, _held) = (_held, 0);
            return true;
        }
    }

    /// <summary>" (and N more)", or nothing.</summary>
    public static string More(long held) => held == 0 ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $" (and {held} more since the last such line)");
}
