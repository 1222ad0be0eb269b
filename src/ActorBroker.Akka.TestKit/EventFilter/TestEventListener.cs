using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.TestEvent;

namespace Akka.TestKit;

/// <summary>
/// The logger of test systems: prints as <see cref="DefaultLogger"/> does, except what the event filters of the test match,
/// and makes log events of dead letters and unhandled messages, so that filters see them.
/// </summary>
public class TestEventListener : DefaultLogger
{
    private readonly List<IEventFilter> _filters = [];

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case InitializeLogger initialize:
                var bus = initialize.LoggingBus;
                bus.Subscribe(Self, typeof(Mute));
                bus.Subscribe(Self, typeof(Unmute));
                bus.Subscribe(Self, typeof(DeadLetter));
                bus.Subscribe(Self, typeof(UnhandledMessage));
                Sender.Tell(new LoggerInitialized());
                return true;
            case Mute mute:
                _filters.AddRange(mute.Filters);
                return true;
            case Unmute unmute:
                _filters.RemoveAll(unmute.Filters.Contains);
                return true;
            case LogEvent logEvent:
                PrintUnlessFiltered(logEvent);
                return true;
            case DeadLetter letter:
                OnDeadLetter(letter);
                return true;
            case UnhandledMessage unhandled:
                PrintUnlessFiltered(new Warning(
                    SourceOf(unhandled.Recipient),
                    unhandled.Recipient?.GetType() ?? typeof(TestEventListener),
                    $"Unhandled message from {unhandled.Sender}: {unhandled.Message}"));
                return true;
            default:
                return base.Receive(message);
        }
    }

    private static string SourceOf(IActorRef? actor) => actor?.Path.ToString() ?? "";

    private void OnDeadLetter(DeadLetter letter)
    {
        var logEvent = new Warning(SourceOf(letter.Recipient), letter.Recipient.GetType(), letter);
        if (!IsFiltered(logEvent) && letter.Message is not (IDeadLetterSuppression or LogEvent))
        {
            Print(new Warning(
                logEvent.LogSource, logEvent.LogClass, $"received dead letter from {letter.Sender}: {letter.Message}"));
        }
    }

    private void PrintUnlessFiltered(LogEvent logEvent)
    {
        if (!IsFiltered(logEvent))
        {
            Print(logEvent);
        }
    }

    /// <summary>Asks the filters, the latest first: inner filters of a test count before outer ones.</summary>
    private bool IsFiltered(LogEvent logEvent)
    {
        for (var i = _filters.Count - 1; i >= 0; i--)
        {
            if (_filters[i].Apply(logEvent))
            {
                return true;
            }
        }

        return false;
    }
}
