using System.Text.RegularExpressions;
using Akka.Actor;
using Akka.Event;
using Akka.TestKit.Internal;
using Akka.TestKit.Internal.StringMatcher;

namespace Akka.TestKit;

/// <summary>
/// Makes filters on the log events of a system whose logger is <see cref="TestEventListener"/>. Of <c>message</c>, <c>start</c>
/// and <c>contains</c> one is given: the whole text, its start, or a part; <c>source</c> is the logger's name or the actor's
/// path, with or without the address.
/// </summary>
public class EventFilterFactory
{
    private readonly TestKitBase _testkit;
    private readonly ActorSystem _system;
    private readonly IReadOnlyList<EventFilterBase> _filters;

    public EventFilterFactory(TestKitBase testkit)
        : this(testkit, testkit.Sys)
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system)
        : this(testkit, system, [])
    {
    }

    public EventFilterFactory(TestKitBase testkit, ActorSystem system, IReadOnlyList<EventFilterBase> filters)
    {
        _testkit = testkit;
        _system = system;
        _filters = filters;
    }

    /// <summary>Error events with an exception of that type as cause.</summary>
    public IEventFilterApplier Exception<TException>(Regex pattern, string source = null!)
        where TException : Exception => Exception(typeof(TException), pattern, source);

    public IEventFilterApplier Exception<TException>(
        string message = null!, string start = null!, string contains = null!, string source = null!)
        where TException : Exception => Exception(typeof(TException), message, start, contains, source);

    public IEventFilterApplier Exception(
        Type exceptionType, Regex pattern, string source = null!, bool checkInnerExceptions = false) =>
        With(new ErrorFilter(exceptionType, new RegexMatcher(pattern), Source(source), checkInnerExceptions));

    public IEventFilterApplier Exception(
        Type exceptionType,
        string message = null!,
        string start = null!,
        string contains = null!,
        string source = null!,
        bool checkInnerExceptions = false) =>
        With(new ErrorFilter(exceptionType, Message(message, start, contains), Source(source), checkInnerExceptions));

    public IEventFilterApplier Error(
        string message = null!, string start = null!, string contains = null!, string source = null!) =>
        ForLogLevel(LogLevel.ErrorLevel, message, start, contains, source);

    public IEventFilterApplier Error(Regex pattern, string source = null!) => ForLogLevel(LogLevel.ErrorLevel, pattern, source);

    public IEventFilterApplier Warning(
        string message = null!, string start = null!, string contains = null!, string source = null!) =>
        ForLogLevel(LogLevel.WarningLevel, message, start, contains, source);

    public IEventFilterApplier Warning(Regex pattern, string source = null!) => ForLogLevel(LogLevel.WarningLevel, pattern, source);

    public IEventFilterApplier Info(
        string message = null!, string start = null!, string contains = null!, string source = null!) =>
        ForLogLevel(LogLevel.InfoLevel, message, start, contains, source);

    public IEventFilterApplier Info(Regex pattern, string source = null!) => ForLogLevel(LogLevel.InfoLevel, pattern, source);

    public IEventFilterApplier Debug(
        string message = null!, string start = null!, string contains = null!, string source = null!) =>
        ForLogLevel(LogLevel.DebugLevel, message, start, contains, source);

    public IEventFilterApplier Debug(Regex pattern, string source = null!) => ForLogLevel(LogLevel.DebugLevel, pattern, source);

    public IEventFilterApplier ForLogLevel(
        LogLevel logLevel, string message = null!, string start = null!, string contains = null!, string source = null!) =>
        With(new LogLevelFilter(logLevel, Message(message, start, contains), Source(source)));

    public IEventFilterApplier ForLogLevel(LogLevel logLevel, Regex pattern, string source = null!) =>
        With(new LogLevelFilter(logLevel, new RegexMatcher(pattern), Source(source)));

    /// <summary>Messages that reached nobody.</summary>
    public IEventFilterApplier DeadLetter() => With(new DeadLettersFilter(null, null, null));

    public IEventFilterApplier DeadLetter<TMessage>(string source = null!) => DeadLetter(typeof(TMessage), source);

    public IEventFilterApplier DeadLetter<TMessage>(Func<TMessage, bool> isMatch, string source = null!) =>
        With(new DeadLettersFilter(null, Source(source), letter => letter.Message is TMessage typed && isMatch(typed)));

    public IEventFilterApplier DeadLetter(Type messageType, string source = null!) =>
        With(new DeadLettersFilter(null, Source(source), letter => messageType.IsInstanceOfType(letter.Message)));

    public IEventFilterApplier Custom(Predicate<LogEvent> predicate) => With(new CustomEventFilter(predicate));

    public IEventFilterApplier Custom<TLogEvent>(Predicate<TLogEvent> predicate)
        where TLogEvent : LogEvent => With(new CustomEventFilter(logEvent => logEvent is TLogEvent typed && predicate(typed)));

    private static IStringMatcher? Message(string? message, string? start, string? contains) =>
        message is not null ? new EqualsString(message)
        : start is not null ? new StartsWithString(start)
        : contains is not null ? new ContainsString(contains)
        : null;

    private static SourceMatcher? Source(string? source) => source is null ? null : new SourceMatcher(source);

    private InternalEventFilterApplier With(EventFilterBase filter) => new(_testkit, _system, [.. _filters, filter]);
}
