using Akka.Event;

namespace Akka.TestKit.Internal;

/// <summary>Events that a predicate of the test accepts.</summary>
internal sealed class CustomEventFilter(Predicate<LogEvent> predicate) : EventFilterBase(null, null)
{
    protected override string FilterDescriptiveName => "Custom";

    protected override bool IsMatch(LogEvent evt) => predicate(evt);
}
