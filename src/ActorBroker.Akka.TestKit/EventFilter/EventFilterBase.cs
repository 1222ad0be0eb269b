using Akka.Event;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit.Internal;

/// <summary>A filter on source and message; what it lets through, the test event listener does not print.</summary>
public abstract class EventFilterBase : IEventFilter
{
    private readonly IStringMatcher _messageMatcher;
    private readonly IStringMatcher _sourceMatcher;

    protected EventFilterBase(IStringMatcher? messageMatcher, IStringMatcher? sourceMatcher)
    {
        _messageMatcher = messageMatcher ?? MatchesAll.Instance;
        _sourceMatcher = sourceMatcher ?? MatchesAll.Instance;
    }

    public delegate void EventMatchHandler(EventFilterBase eventFilter, LogEvent logEvent);

    /// <summary>Called on the listener's thread for each event that matched.</summary>
    public event EventMatchHandler? EventMatched;

    protected abstract string FilterDescriptiveName { get; }

    public bool Apply(LogEvent logEvent)
    {
        if (!IsMatch(logEvent))
        {
            return false;
        }

        OnEventMatched(logEvent);
        return true;
    }

    public override string ToString() =>
        _sourceMatcher is MatchesAll
            ? $"{FilterDescriptiveName} when Message {_messageMatcher}"
            : $"{FilterDescriptiveName} when Message {_messageMatcher} and Source {_sourceMatcher}";

    protected abstract bool IsMatch(LogEvent evt);

    protected virtual void OnEventMatched(LogEvent logEvent) => EventMatched?.Invoke(this, logEvent);

    protected bool InternalDoMatch(string src, object msg) =>
        _sourceMatcher.IsMatch(src ?? "") && _messageMatcher.IsMatch(msg?.ToString() ?? "null");
}
