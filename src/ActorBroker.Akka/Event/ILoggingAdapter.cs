namespace Akka.Event;

/// <summary>Where an actor logs. The usual calls (<c>Info</c>, <c>Warning</c>, ...) are <see cref="LoggingExtensions"/>.</summary>
public interface ILoggingAdapter
{
    ILogMessageFormatter Formatter { get; }

    bool IsDebugEnabled { get; }

    bool IsInfoEnabled { get; }

    bool IsWarningEnabled { get; }

    bool IsErrorEnabled { get; }

    bool IsEnabled(LogLevel logLevel);

    /// <summary>Logs a template with arguments. A level that is not enabled costs nothing.</summary>
    /// <param name="logLevel">The level.</param>
    /// <param name="cause">The exception that the event is about; null for none.</param>
    /// <param name="message">Formatted by the loggers.</param>
    void Log(LogLevel logLevel, Exception cause, LogMessage message);

    /// <summary>Logs a text as it is: braces in it mean nothing.</summary>
    void Log(LogLevel logLevel, Exception cause, string format);
}
