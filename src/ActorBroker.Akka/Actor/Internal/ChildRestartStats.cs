namespace Akka.Actor.Internal;

/// <summary>One child in its supervisor's books. Owner: the supervisor.</summary>
public class ChildRestartStats(IInternalActorRef child)
{
    private TimeSpan? _windowStart;

    public long Uid => Child.Path.Uid;

    public IInternalActorRef Child { get; } = child;

    /// <summary>Restarts so far, in the current window.</summary>
    public uint MaxNrOfRetriesCount { get; private set; }

    /// <summary>Counts one restart and says whether it is within the limit.</summary>
    /// <param name="maxNrOfRetries">Negative: no limit; 0: never.</param>
    /// <param name="withinTimeMilliseconds">Not positive: no window. With a window and no limit, one restart in each.</param>
    public bool RequestRestartPermission(int maxNrOfRetries, int withinTimeMilliseconds)
    {
        if (maxNrOfRetries == 0)
        {
            return false;
        }

        if (withinTimeMilliseconds > 0)
        {
            return IsWithinWindow(Math.Max(maxNrOfRetries, 1), TimeSpan.FromMilliseconds(withinTimeMilliseconds));
        }

        MaxNrOfRetriesCount++;
        return maxNrOfRetries < 0 || MaxNrOfRetriesCount <= maxNrOfRetries;
    }

    private bool IsWithinWindow(int limit, TimeSpan window)
    {
        var now = Child.Provider.Settings.System.Scheduler.MonotonicClock;
        _windowStart ??= now;
        if (now - _windowStart <= window)
        {
            MaxNrOfRetriesCount++;
            return MaxNrOfRetriesCount <= limit;
        }

        _windowStart = now;
        MaxNrOfRetriesCount = 1;
        return true;
    }
}
