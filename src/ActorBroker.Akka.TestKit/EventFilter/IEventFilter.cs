using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Decides for each log event whether it is the one that a test waits for, or wants muted.</summary>
public interface IEventFilter
{
    bool Apply(LogEvent logEvent);
}
