using System.Collections.Concurrent;
using Akka.Dispatch;

namespace Akka.Actor;

/// <summary>
/// The deadlines of all pending Asks of a system. Questions with the same timeout fall due in the order in which they were
/// asked, so each timeout has a list with one timer for its head: an Ask costs no timer of its own.
/// </summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class AskTimeouts(IScheduler scheduler)
{
    private readonly ConcurrentDictionary<TimeSpan, Lane> _lanes = new();

    public PendingAsk Add(Action<TimeSpan> giveUp, TimeSpan timeout)
    {
        var lane = _lanes.GetOrAdd(timeout, static (length, clock) => new Lane(length, clock), scheduler);
        return lane.Add(giveUp);
    }

    /// <summary>Questions with one timeout, oldest first.</summary>
    internal sealed class Lane(TimeSpan timeout, IScheduler scheduler) : IRunnable
    {
        private readonly Lock _lock = new();
        private PendingAsk? _first;
        private PendingAsk? _last;
        private bool _isArmed;

        public PendingAsk Add(Action<TimeSpan> giveUp)
        {
            var pending = new PendingAsk(this, giveUp, scheduler.MonotonicClock + timeout);
            var mustArm = false;
            lock (_lock)
            {
                pending.Previous = _last;
                if (_last is null)
                {
                    _first = pending;
                }
                else
                {
                    _last.Next = pending;
                }

                _last = pending;
                mustArm = !_isArmed;
                _isArmed = true;
            }

            if (mustArm)
            {
                scheduler.Advanced.ScheduleOnce(timeout, this);
            }

            return pending;
        }

        public void Remove(PendingAsk pending)
        {
            lock (_lock)
            {
                Unlink(pending);
            }
        }

        public void Execute() => Run();

        /// <summary>The head is due, or was when the timer was set.</summary>
        public void Run()
        {
            var now = scheduler.MonotonicClock;
            while (TakeDue(now) is { } due)
            {
                due.GiveUp(timeout);
            }

            Rearm(now);
        }

        private PendingAsk? TakeDue(TimeSpan now)
        {
            lock (_lock)
            {
                var due = _first;
                if (due is null || due.Deadline > now)
                {
                    return null;
                }

                Unlink(due);
                return due;
            }
        }

        private void Rearm(TimeSpan now)
        {
            TimeSpan rest;
            lock (_lock)
            {
                if (_first is null)
                {
                    _isArmed = false;
                    return;
                }

                rest = _first.Deadline - now;
            }

            scheduler.Advanced.ScheduleOnce(rest > TimeSpan.Zero ? rest : TimeSpan.Zero, this);
        }

        private void Unlink(PendingAsk pending)
        {
            if (!pending.IsLinked)
            {
                return;
            }

            pending.IsLinked = false;
            if (pending.Previous is null)
            {
                _first = pending.Next;
            }
            else
            {
                pending.Previous.Next = pending.Next;
            }

            if (pending.Next is null)
            {
                _last = pending.Previous;
            }
            else
            {
                pending.Next.Previous = pending.Previous;
            }

            pending.Previous = null;
            pending.Next = null;
        }
    }
}

/// <summary>One question with a deadline.</summary>
internal sealed class PendingAsk(AskTimeouts.Lane lane, Action<TimeSpan> giveUp, TimeSpan deadline)
{
    public TimeSpan Deadline { get; } = deadline;

    public PendingAsk? Previous { get; set; }

    public PendingAsk? Next { get; set; }

    public bool IsLinked { get; set; } = true;

    public void GiveUp(TimeSpan timeout) => giveUp(timeout);

    public void Remove() => lane.Remove(this);
}
