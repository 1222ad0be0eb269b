using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>Dead letters, which the test event listener sees as warnings.</summary>
internal sealed class DeadLettersFilter(IStringMatcher? message, IStringMatcher? source, Predicate<DeadLetter>? isMatch)
    : EventFilterBase(message, source)
{
    protected override string FilterDescriptiveName => "DeadLetter";

    protected override bool IsMatch(LogEvent evt) =>
        evt is Warning { Message: DeadLetter letter }
        && (isMatch is null || isMatch(letter))
        && InternalDoMatch(evt.LogSource, letter.Message);
}
