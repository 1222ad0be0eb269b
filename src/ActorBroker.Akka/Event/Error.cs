namespace Akka.Event;

/// <summary>A log event of <see cref="Event.LogLevel.ErrorLevel"/>.</summary>
public class Error : LogEvent
{
    public Error(Exception cause, string logSource, Type logClass, object message)
    {
        Cause = cause;
        LogSource = logSource;
        LogClass = logClass;
        Message = message;
    }

    public override LogLevel LogLevel() => Akka.Event.LogLevel.ErrorLevel;
}
