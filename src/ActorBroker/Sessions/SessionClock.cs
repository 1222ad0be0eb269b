namespace ActorBroker.Sessions;

/// <summary>Command to a session: see what its clock says.</summary>
internal sealed record SessionCheck
{
    public static readonly SessionCheck Instance = new();
}

/// <summary>What a session's clock says.</summary>
internal enum SessionVerdict
{
    Fine,

    /// <summary>No request for the idle timeout.</summary>
    Idle,

    /// <summary>The client has taken nothing of its answers for the send timeout.</summary>
    Unread,

    /// <summary>A request takes longer to arrive than its timeout.</summary>
    Unfinished,

    /// <summary>Nothing has come for a while: its receive buffer is better used elsewhere.</summary>
    Quiet,
}

/// <summary>The times of one connection: what takes too long, and when that is to be looked at.</summary>
/// <remarks>Owner: the session's actor. <see cref="IsDue"/> may be read by any thread: one sweep over all sessions takes the place of a timer
/// each. Times are milliseconds of the node's clock.</remarks>
internal sealed class SessionClock(KafkaSettings settings)
{
    /// <summary>After so long without a byte a connection has no buffer.</summary>
    private static readonly TimeSpan BufferKept = TimeSpan.FromSeconds(5);

    private readonly long _interval = (long)IntervalOf(settings).TotalMilliseconds;
    private long _checkAt = long.MaxValue;
    private long _requestedAt;
    private long _receivedAt;
    private long _unfinishedAt;
    private bool _isUnfinished;
    private long _takenAt;
    private long? _taken;
    private bool _isQuiet;

    /// <summary>How often sessions are to be looked at.</summary>
    public static TimeSpan IntervalOf(KafkaSettings settings)
    {
        TimeSpan[] times = [BufferKept, settings.IdleTimeout / 4, settings.SendTimeout / 4, settings.RequestReceiveTimeout / 4];
        return times.Min() is var shortest && shortest < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : shortest;
    }

    /// <summary>Whether the session is to be told <see cref="SessionCheck"/>.</summary>
    public bool IsDue(long now) => now >= Volatile.Read(ref _checkAt);

    public void Start(long now)
    {
        _requestedAt = _receivedAt = now;
        Volatile.Write(ref _checkAt, now + _interval);
    }

    /// <summary>Something has come.</summary>
    public void Received(long now)
    {
        _receivedAt = now;
        if (_isQuiet)
        {
            _isQuiet = false;
            Volatile.Write(ref _checkAt, now + _interval);
        }
    }

    /// <summary>A whole request has come with what was received last.</summary>
    public void Requested()
    {
        _requestedAt = _receivedAt;
        _isUnfinished = false;
    }

    /// <summary>Looks at the times.</summary>
    /// <param name="isServing">Requests are under way.</param>
    /// <param name="taken">Bytes that the client has taken since it connected, while an answer is being sent.</param>
    /// <param name="isUnfinished">A part of a request is there, and more is waited for.</param>
    /// <param name="holdsBuffer">It waits for bytes and has a buffer for them.</param>
    public SessionVerdict Check(long now, bool isServing, long? taken, bool isUnfinished, bool holdsBuffer)
    {
        Volatile.Write(ref _checkAt, now + _interval);
        if (taken != _taken)
        {
            (_taken, _takenAt) = (taken, now);
        }

        if (isUnfinished != _isUnfinished)
        {
            (_isUnfinished, _unfinishedAt) = (isUnfinished, now);
        }

        if (taken is not null && now - _takenAt >= settings.SendTimeout.TotalMilliseconds)
        {
            return SessionVerdict.Unread;
        }

        if (isUnfinished && now - _unfinishedAt >= settings.RequestReceiveTimeout.TotalMilliseconds)
        {
            return SessionVerdict.Unfinished;
        }

        if (isServing || taken is not null || isUnfinished)
        {
            return SessionVerdict.Fine;
        }

        return now - _requestedAt >= settings.IdleTimeout.TotalMilliseconds ? SessionVerdict.Idle : Rest(now, holdsBuffer);
    }

    private SessionVerdict Rest(long now, bool holdsBuffer)
    {
        if (now - _receivedAt < BufferKept.TotalMilliseconds)
        {
            return SessionVerdict.Fine;
        }

        _isQuiet = true;
        Volatile.Write(ref _checkAt, _requestedAt + (long)Math.Ceiling(settings.IdleTimeout.TotalMilliseconds));
        return holdsBuffer ? SessionVerdict.Quiet : SessionVerdict.Fine;
    }
}
