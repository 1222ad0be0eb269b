using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.TestKit;

/// <summary>
/// A scheduler whose time stands still until the test moves it: set <c>akka.scheduler.implementation</c> to
/// "Akka.TestKit.TestScheduler, Akka.TestKit". What becomes due runs on the thread that moves the time, in the order in which
/// it is due, with the clock at that time.
/// </summary>
public class TestScheduler : SchedulerBase
{
    private readonly Lock _changing = new();
    private readonly PriorityQueue<Work, (DateTimeOffset Due, long Order)> _work = new();
    private DateTimeOffset _now = DateTimeOffset.UtcNow;
    private TimeSpan _passed = TimeSpan.Zero;
    private long _order;

    public TestScheduler(Config schedulerConfig, ILoggingAdapter log)
        : base(schedulerConfig, log)
    {
    }

    /// <summary>Time since the scheduler was made; it passes only in <see cref="Advance"/>.</summary>
    public override TimeSpan MonotonicClock => _passed;

    public override TimeSpan HighResMonotonicClock => _passed;

    protected override DateTimeOffset TimeNow => _now;

    /// <summary>Lets time pass. Repeated work runs as often as it falls into that time.</summary>
    public void Advance(TimeSpan offset)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(offset, TimeSpan.Zero);
        AdvanceTo(_now + offset);
    }

    /// <exception cref="InvalidOperationException">That time has passed.</exception>
    public void AdvanceTo(DateTimeOffset when)
    {
        if (when < _now)
        {
            throw new InvalidOperationException("You can't reverse time...");
        }

        while (NextDueAt(when) is { } work)
        {
            work.Run();
        }

        MoveTo(when);
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, null, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, null, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        lock (_changing)
        {
            Add(_now + delay, new Work(action, interval, cancelable));
        }
    }

    private void Add(DateTimeOffset due, Work work) => _work.Enqueue(work, (due, _order++));

    private Work? NextDueAt(DateTimeOffset end)
    {
        lock (_changing)
        {
            while (_work.TryPeek(out _, out var first) && first.Due <= end)
            {
                var work = _work.Dequeue();
                if (work.IsCancelled)
                {
                    continue;
                }

                MoveTo(first.Due);
                if (work.Interval is { } interval)
                {
                    Add(first.Due + interval, work);
                }

                return work;
            }

            return null;
        }
    }

    private void MoveTo(DateTimeOffset when)
    {
        _passed += when - _now;
        _now = when;
    }

    private sealed record Work(Action Run, TimeSpan? Interval, ICancelable? Cancelable)
    {
        public bool IsCancelled => Cancelable?.IsCancellationRequested == true;
    }
}
