namespace Akka.Actor;

/// <summary>The timers of one incarnation. Owner: the actor's thread.</summary>
internal sealed class TimerScheduler(ActorCell cell) : ITimerScheduler
{
    private readonly Dictionary<object, TimerMessage> _timers = [];

    public IReadOnlyCollection<object> ActiveTimers => _timers.Keys;

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval) => Start(key, msg, interval, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan interval, IActorRef sender) => Start(key, msg, interval, interval, sender);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval) =>
        Start(key, msg, initialDelay, interval, null);

    public void StartPeriodicTimer(object key, object msg, TimeSpan initialDelay, TimeSpan interval, IActorRef sender) =>
        Start(key, msg, initialDelay, interval, sender);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout) => Start(key, msg, timeout, null, null);

    public void StartSingleTimer(object key, object msg, TimeSpan timeout, IActorRef sender) => Start(key, msg, timeout, null, sender);

    public bool IsTimerActive(object key) => _timers.ContainsKey(key);

    public void Cancel(object key)
    {
        if (_timers.Remove(key, out var timer))
        {
            timer.Cancelable.Cancel();
        }
    }

    public void CancelAll()
    {
        foreach (var timer in _timers.Values)
        {
            timer.Cancelable.Cancel();
        }

        _timers.Clear();
    }

    /// <summary>Is that still the timer of its key? A single one is over with that.</summary>
    internal bool TryTake(TimerMessage tick)
    {
        if (!_timers.TryGetValue(tick.Key, out var current) || current != tick)
        {
            return false;
        }

        if (!tick.IsPeriodic)
        {
            _timers.Remove(tick.Key);
        }

        return true;
    }

    private void Start(object key, object msg, TimeSpan delay, TimeSpan? interval, IActorRef? sender)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(msg);
        Cancel(key);
        var scheduler = cell.System.Scheduler;
        var timer = new TimerMessage(key, msg, interval is not null, new Cancelable(scheduler.Advanced));
        _timers[key] = timer;
        if (interval is { } pause)
        {
            scheduler.ScheduleTellRepeatedly(delay, pause, cell.Self, timer, sender, timer.Cancelable);
        }
        else
        {
            scheduler.ScheduleTellOnce(delay, cell.Self, timer, sender, timer.Cancelable);
        }
    }
}
