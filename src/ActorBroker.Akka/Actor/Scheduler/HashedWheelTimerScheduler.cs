using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Actor;

/// <summary>
/// Real time, in ticks of <c>akka.scheduler.tick-duration</c>: timers hang in the spokes of a wheel by their due tick, so that
/// starting one costs the same however many there are. One thread turns the wheel; it sleeps while there is no timer.
/// </summary>
/// <remarks>Never early, up to a tick and the length of other timers' work late. Source: Varghese and Lauck, "Hashed and
/// hierarchical timing wheels".</remarks>
public sealed class HashedWheelTimerScheduler : SchedulerBase, IDateTimeOffsetNowTimeProvider, IDisposable
{
    private readonly TimeSpan _tick;
    private readonly TimeSpan _shutdownTimeout;
    private readonly WheelTimer?[] _spokes;
    private readonly int _mask;
    private readonly ConcurrentQueue<WheelTimer> _arrivals = new();
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private readonly Lock _starting = new();
    private Thread? _thread;
    private long _ticksDone;
    private int _timers;
    private int _isAsleep;
    private volatile bool _isStopped;

    public HashedWheelTimerScheduler(Config scheduler, ILoggingAdapter log)
        : base(scheduler, log)
    {
        ArgumentNullException.ThrowIfNull(scheduler);
        _tick = scheduler.GetTimeSpan("tick-duration", TimeSpan.FromMilliseconds(10));
        _shutdownTimeout = scheduler.GetTimeSpan("shutdown-timeout", TimeSpan.FromSeconds(5));
        var spokes = scheduler.GetInt("ticks-per-wheel", 512);
        if (_tick < TimeSpan.FromMilliseconds(1) || spokes is <= 0 or > 1 << 30)
        {
            throw new ConfigurationException(
                $"akka.scheduler: tick-duration = {_tick} must be at least 1 ms, ticks-per-wheel = {spokes} between 1 and 2^30.");
        }

        _spokes = new WheelTimer?[System.Numerics.BitOperations.RoundUpToPowerOf2((uint)spokes)];
        _mask = _spokes.Length - 1;
    }

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(0);

    public override TimeSpan HighResMonotonicClock => Stopwatch.GetElapsedTime(0);

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    /// <summary>Stops the wheel; what is left does not happen.</summary>
    public void Dispose()
    {
        lock (_starting)
        {
            if (_isStopped)
            {
                return;
            }

            _isStopped = true;
        }

        _wake.Set();
        if (_thread is { } thread && thread != Thread.CurrentThread)
        {
            thread.Join(_shutdownTimeout);
        }
    }

    protected override void InternalScheduleTellOnce(
        TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, new TellTimer(receiver, message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, new TellTimer(receiver, message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) =>
        Add(delay, null, new ActionTimer(action), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) =>
        Add(delay, null, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, new ActionTimer(action), cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, IRunnable work, ICancelable? cancelable)
    {
        ArgumentNullException.ThrowIfNull(work);
        if (_isStopped)
        {
            throw new SchedulerException("cannot enqueue after timer shutdown");
        }

        if (cancelable is { IsCancellationRequested: true })
        {
            return;
        }

        Enqueue(new WheelTimer(work, Elapsed() + delay, interval, cancelable));
        EnsureStarted();
    }

    private void Enqueue(WheelTimer timer)
    {
        _arrivals.Enqueue(timer);
        Interlocked.MemoryBarrier();   // against Sleep: one of the two sees what the other did
        if (Volatile.Read(ref _isAsleep) != 0)
        {
            _wake.Set();
        }
    }

    private void EnsureStarted()
    {
        if (Volatile.Read(ref _thread) is not null)
        {
            return;
        }

        lock (_starting)
        {
            if (_thread is null && !_isStopped)
            {
                _thread = new Thread(Turn) { IsBackground = true, Name = "akka-scheduler" };
                _thread.Start();
            }
        }
    }

    private TimeSpan Elapsed() => Stopwatch.GetElapsedTime(_startedAt);

    private void Turn()
    {
        while (!_isStopped)
        {
            Admit();
            if (_timers == 0)
            {
                Sleep();
                continue;
            }

            var due = (_ticksDone + 1) * _tick;
            var wait = due - Elapsed();
            if (wait > TimeSpan.Zero)
            {
                _wake.WaitOne(TimeSpan.FromMilliseconds(Math.Ceiling(wait.TotalMilliseconds)));
                if (Elapsed() < due)
                {
                    continue;
                }
            }

            _ticksDone++;
            Admit();
            RunSpoke(_ticksDone);
        }
    }

    /// <summary>Nothing to wait for: sleeps until there is, then goes on at the present tick.</summary>
    private void Sleep()
    {
        Interlocked.Exchange(ref _isAsleep, 1);
        if (_arrivals.IsEmpty && !_isStopped)
        {
            _wake.WaitOne();
        }

        Interlocked.Exchange(ref _isAsleep, 0);
        _ticksDone = Math.Max(_ticksDone, (Elapsed().Ticks / _tick.Ticks) - 1);
    }

    private void Admit()
    {
        while (_arrivals.TryDequeue(out var timer))
        {
            // Rounded up, so never early; at the earliest with the next turn.
            var tick = Math.Max((timer.Due.Ticks + _tick.Ticks - 1) / _tick.Ticks, _ticksDone + 1);
            if (_timers == 0)
            {
                _ticksDone = Math.Max(_ticksDone, Math.Min(tick - 1, Elapsed().Ticks / _tick.Ticks));
                tick = Math.Max(tick, _ticksDone + 1);
            }

            timer.Tick = tick;
            timer.Next = _spokes[tick & _mask];
            _spokes[tick & _mask] = timer;
            _timers++;
        }
    }

    private void RunSpoke(long tick)
    {
        WheelTimer? kept = null;
        WheelTimer? due = null;
        for (var timer = _spokes[tick & _mask]; timer is not null;)
        {
            var next = timer.Next;
            if (timer.IsCancelled)
            {
                _timers--;
            }
            else if (timer.Tick <= tick)
            {
                _timers--;
                timer.Next = due;   // turns the newest-first spoke into oldest first
                due = timer;
            }
            else
            {
                timer.Next = kept;
                kept = timer;
            }

            timer = next;
        }

        _spokes[tick & _mask] = Reversed(kept);
        Run(due);
    }

    private static WheelTimer? Reversed(WheelTimer? timers)
    {
        WheelTimer? reversed = null;
        while (timers is not null)
        {
            var next = timers.Next;
            timers.Next = reversed;
            reversed = timers;
            timers = next;
        }

        return reversed;
    }

    private void Run(WheelTimer? due)
    {
        while (due is not null)
        {
            var timer = due;
            due = due.Next;
            timer.Next = null;
            if (timer.IsCancelled || _isStopped)
            {
                continue;
            }

            try
            {
                timer.Work.Run();
            }
            catch (Exception failed)
            {
                // One bad timer must not stop the others.
                Log.Error(failed, "Error while executing scheduled task {0}", timer.Work);
            }

            if (timer.Interval is { } interval && !timer.IsCancelled)
            {
                timer.Due += interval;
                _arrivals.Enqueue(timer);
            }
        }
    }

    private sealed class WheelTimer(IRunnable work, TimeSpan due, TimeSpan? interval, ICancelable? cancelable)
    {
        public IRunnable Work { get; } = work;

        public TimeSpan? Interval { get; } = interval;

        public TimeSpan Due { get; set; } = due;

        public long Tick { get; set; }

        public WheelTimer? Next { get; set; }

        public bool IsCancelled => cancelable is { IsCancellationRequested: true };
    }

    private sealed class TellTimer(ICanTell receiver, object message, IActorRef? sender) : IRunnable
    {
        public void Run() => receiver.Tell(message, sender);

        public void Execute() => Run();

        public override string ToString() => $"[{receiver}.Tell({message}, {sender})]";
    }

    private sealed class ActionTimer(Action action) : IRunnable
    {
        public void Run() => action();

        public void Execute() => Run();
    }
}
