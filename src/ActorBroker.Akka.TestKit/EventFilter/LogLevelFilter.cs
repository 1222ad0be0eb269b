using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>Events of one level.</summary>
internal sealed class LogLevelFilter(LogLevel level, IStringMatcher? message, IStringMatcher? source)
    : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName => level.ClassFor().Name;

    protected override bool IsMatch(LogEvent evt) => evt.LogLevel() == level && InternalDoMatch(evt.LogSource, evt.Message);
}
