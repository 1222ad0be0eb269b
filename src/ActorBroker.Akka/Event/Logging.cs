using Akka.Actor;

namespace Akka.Event;

/// <summary>Gives out logging adapters and knows the names of the levels.</summary>
public static class Logging
{
    private const string Debug = "DEBUG";
    private const string Info = "INFO";
    private const string Warning = "WARNING";
    private const string Error = "ERROR";
    private const string Off = "OFF";

    /// <summary>Above every level: nothing is logged.</summary>
    internal const LogLevel OffLogLevel = (LogLevel)int.MaxValue;

    /// <summary>The logger of the actor whose context this is; its source is the actor's path.</summary>
    public static ILoggingAdapter GetLogger(this IActorContext context, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(context);
        return Create(context.System.EventStream, LogSource.Create(context, context.System), context.System, logMessageFormatter);
    }

    /// <summary>A logger for any part of the program.</summary>
    /// <param name="system">Where the log goes.</param>
    /// <param name="logSourceObj">Says who logs: a string is shown as it is, a type by its name, an actor or its
    /// reference by its path, another object by the name of its type.</param>
    /// <param name="logMessageFormatter">Null for the one of <c>akka.logger-formatter</c>.</param>
    public static ILoggingAdapter GetLogger(ActorSystem system, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(system);
        return Create(system.EventStream, LogSource.Create(logSourceObj, system), system, logMessageFormatter);
    }

    public static ILoggingAdapter GetLogger(LoggingBus loggingBus, object logSourceObj, ILogMessageFormatter? logMessageFormatter = null)
    {
        ArgumentNullException.ThrowIfNull(loggingBus);
        return Create(loggingBus, LogSource.Create(logSourceObj), system: null, logMessageFormatter);
    }

    /// <summary>The event class of a level.</summary>
    /// <exception cref="ArgumentException">Not a level.</exception>
    public static Type ClassFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => typeof(Debug),
        LogLevel.InfoLevel => typeof(Info),
        LogLevel.WarningLevel => typeof(Warning),
        LogLevel.ErrorLevel => typeof(Error),
        _ => throw new ArgumentException($"Unknown log level [{logLevel}].", nameof(logLevel)),
    };

    /// <summary>The name of a level: DEBUG, INFO, WARNING, ERROR.</summary>
    /// <exception cref="ArgumentException">Not a level.</exception>
    public static string StringFor(this LogLevel logLevel) => logLevel switch
    {
        LogLevel.DebugLevel => Debug,
        LogLevel.InfoLevel => Info,
        LogLevel.WarningLevel => Warning,
        LogLevel.ErrorLevel => Error,
        _ => throw new ArgumentException($"Unknown log level [{logLevel}].", nameof(logLevel)),
    };

    /// <summary>The level with a name, as in <c>akka.loglevel</c>, in any case; OFF is above all levels.</summary>
    /// <exception cref="ArgumentException">No level has the name.</exception>
    public static LogLevel LogLevelFor(string logLevel) => logLevel?.Trim().ToUpperInvariant() switch
    {
        Debug => LogLevel.DebugLevel,
        Info => LogLevel.InfoLevel,
        Warning => LogLevel.WarningLevel,
        Error => LogLevel.ErrorLevel,
        Off => OffLogLevel,
        _ => throw new ArgumentException($"Unknown log level [{logLevel}]. Use DEBUG, INFO, WARNING, ERROR or OFF.", nameof(logLevel)),
    };

    /// <summary>The level of an event class.</summary>
    /// <exception cref="ArgumentException">Not one of the four.</exception>
    public static LogLevel LogLevelFor<T>()
        where T : LogEvent =>
        Array.Find(Enum.GetValues<LogLevel>(), level => level.ClassFor() == typeof(T)) is var found && found.ClassFor() == typeof(T)
            ? found
            : throw new ArgumentException($"Unknown log event type [{typeof(T)}].");

    public static string SimpleName(object o) => SimpleName(o.GetType());

    public static string SimpleName(Type t) => t.Name;

    private static BusLogging Create(LoggingBus bus, LogSource source, ActorSystem? system, ILogMessageFormatter? formatter) =>
        new(bus, source.Source, source.Type, formatter ?? LogFormatters.Of(system));
}
