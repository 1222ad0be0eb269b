namespace ActorBroker.Client.Cluster;

/// <summary>How soon the view may be renewed again. Renewals in quick succession come slower and slower, up to the longest pause;
/// after a quiet time the first one is immediate.</summary>
/// <remarks>Times are those of the scheduler's monotonic clock.</remarks>
internal sealed class RefreshThrottle(BackoffSettings pauses)
{
    private TimeSpan _pause;
    private TimeSpan? _lastEnd;

    /// <summary>How long to wait before one may begin.</summary>
    public TimeSpan Wait(TimeSpan now)
    {
        if (_lastEnd is not { } end)
        {
            return TimeSpan.Zero;
        }

        var rest = end + _pause - now;
        return rest > TimeSpan.Zero ? rest : TimeSpan.Zero;
    }

    public void Begin(TimeSpan now)
    {
        var isQuiet = _lastEnd is not { } end || now - end > pauses.Max * 2;
        _pause = pauses.After(isQuiet ? TimeSpan.Zero : _pause);
    }

    public void End(TimeSpan now) => _lastEnd = now;
}
