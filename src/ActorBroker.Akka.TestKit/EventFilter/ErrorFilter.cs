using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>Error events whose cause is of a type; the message is that of the event or of the cause.</summary>
internal sealed class ErrorFilter(Type exceptionType, IStringMatcher? message, IStringMatcher? source, bool looksInside)
    : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName => $"Error with Cause <{exceptionType}>";

    protected override bool IsMatch(LogEvent evt) => evt is Error && Matches(evt, evt.Cause);

    private bool Matches(LogEvent evt, Exception? cause)
    {
        if (cause is null)
        {
            return false;
        }

        if (exceptionType.IsInstanceOfType(cause)
            && (InternalDoMatch(evt.LogSource, evt.Message) || InternalDoMatch(evt.LogSource, cause.Message)))
        {
            return true;
        }

        return looksInside && (cause is AggregateException many
            ? many.InnerExceptions.Any(inner => Matches(evt, inner))
            : Matches(evt, cause.InnerException));
    }
}
