namespace Akka.Actor;

/// <summary>
/// One receive timeout. A message only notes the time; the timer, when it rings, looks how long the pause has really been and
/// goes on for the rest. So a busy actor pays a clock reading per message, not a timer.
/// </summary>
/// <remarks>Notes: the actor's thread. Rings: the scheduler's.</remarks>
internal sealed class ReceiveTimeoutClock
{
    private const long Working = long.MaxValue;

    private readonly ActorCell _cell;
    private readonly IScheduler _scheduler;
    private long _quietSince;
    private int _isArmed;
    private volatile bool _isCancelled;

    public ReceiveTimeoutClock(ActorCell cell, TimeSpan timeout)
    {
        _cell = cell;
        _scheduler = cell.System.Scheduler;
        Timeout = timeout;
        _quietSince = _scheduler.MonotonicClock.Ticks;
        Arm(timeout);
    }

    public TimeSpan Timeout { get; }

    public void Busy() => Volatile.Write(ref _quietSince, Working);

    public void Idle()
    {
        Volatile.Write(ref _quietSince, _scheduler.MonotonicClock.Ticks);
        if (Volatile.Read(ref _isArmed) == 0)
        {
            Arm(Timeout);
        }
    }

    public void Cancel() => _isCancelled = true;

    private void Arm(TimeSpan delay)
    {
        Volatile.Write(ref _isArmed, 1);
        _scheduler.Advanced.ScheduleOnce(delay, Ring);
    }

    private void Ring()
    {
        if (_isCancelled)
        {
            return;
        }

        var quietSince = Volatile.Read(ref _quietSince);
        var rest = quietSince == Working
            ? Timeout
            : Timeout - TimeSpan.FromTicks(_scheduler.MonotonicClock.Ticks - quietSince);
        if (rest > TimeSpan.Zero)
        {
            Arm(rest);
            return;
        }

        // Armed again when the actor has handled this very message.
        Volatile.Write(ref _isArmed, 0);
        _cell.Self.Tell(Actor.ReceiveTimeout.Instance, ActorRefs.NoSender);
    }
}
