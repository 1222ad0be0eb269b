using Akka.Actor;

namespace Akka.Event;

/// <summary>
/// Logs dead letters and unhandled messages, as many as <c>akka.log-dead-letters</c> allows, then says that it stops
/// (or that it pauses for <c>akka.log-dead-letters-suspend-duration</c>).
/// </summary>
public class DeadLetterListener : ActorBase
{
    private readonly EventStream _stream = Context.System.EventStream;
    private readonly int _countMax = Context.System.Settings.LogDeadLetters;
    private readonly TimeSpan _pause = Context.System.Settings.LogDeadLettersSuspendDuration;
    private int _count;
    private bool _paused;

    protected override void PreStart()
    {
        _stream.Subscribe(Self, typeof(DeadLetter));
        _stream.Subscribe(Self, typeof(Dropped));
        _stream.Subscribe(Self, typeof(UnhandledMessage));
    }

    protected override void PostStop() => _stream.Unsubscribe(Self);

    /// <summary>The count goes on, it is not started again.</summary>
    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostRestart(Exception reason)
    {
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case AllDeadLetters letter:
                OnLetter(letter);
                return true;
            case ResumeTick:
                _paused = false;
                _count = 0;
                return true;
            default:
                return false;
        }
    }

    private void OnLetter(AllDeadLetters letter)
    {
        // A log event that found its logger gone must not become a log event about that.
        if (_paused || letter.Message is IDeadLetterSuppression or LogEvent)
        {
            return;
        }

        _count++;
        var last = _countMax != int.MaxValue && _count >= _countMax;
        Log(letter, last ? LastWords() : "");
        if (!last)
        {
            return;
        }

        if (_pause == Timeout.InfiniteTimeSpan)
        {
            Context.Stop(Self);
            return;
        }

        _paused = true;
        Context.System.Scheduler.ScheduleTellOnce(_pause, Self, ResumeTick.Instance, ActorRefs.NoSender);
    }

    private string LastWords() => _pause == Timeout.InfiniteTimeSpan
        ? ", no more dead letters will be logged in next [infinite]"
        : $", no more dead letters will be logged in next [{_pause}]";

    private void Log(AllDeadLetters letter, string lastWords)
    {
        var from = letter.Sender is null || letter.Sender.IsNobody() ? "" : $" from {letter.Sender}";
        var what = letter switch
        {
            Dropped dropped => $"was dropped. {dropped.Reason}",
            UnhandledMessage => "was unhandled.",
            _ => "was not delivered.",
        };
        var type = letter.Message?.GetType().Name ?? "null";
        _stream.Publish(new Info(
            letter.Recipient?.Path.ToString() ?? "",
            letter.Recipient?.GetType() ?? typeof(DeadLetterListener),
            $"Message [{type}]{from} to {letter.Recipient} {what} [{_count}] dead letters encountered{lastWords}. "
            + "If this is not an expected behavior then it may have terminated unexpectedly. This logging can be turned off or "
            + "adjusted with configuration settings 'akka.log-dead-letters' and 'akka.log-dead-letters-during-shutdown'."));
    }

    /// <summary>The pause is over.</summary>
    private sealed class ResumeTick
    {
        public static readonly ResumeTick Instance = new();
    }
}
