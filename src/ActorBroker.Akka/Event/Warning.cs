namespace Akka.Event;

/// <summary>A log event of <see cref="Event.LogLevel.WarningLevel"/>.</summary>
public class Warning : LogEvent
{
    public Warning(string logSource, Type logClass, object message)
        : this(null!, logSource, logClass, message)
    {
    }

    public Warning(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    public override LogLevel LogLevel() => Akka.Event.LogLevel.WarningLevel;
}
