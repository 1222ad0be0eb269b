using System.Globalization;
using System.Text;
using Akka.Actor;

namespace Akka.Event;

/// <summary>One line of the log on its way to the loggers. The message is formatted when a logger asks for its text.</summary>
public abstract class LogEvent : INoSerializationVerificationNeeded
{
    private const string TimestampFormat = "MM/dd/yyyy HH:mm:ss.fff'Z'";

    protected LogEvent()
    {
        Timestamp = DateTime.UtcNow;
        Thread = Thread.CurrentThread;
    }

    /// <summary>What went wrong, when the event is about an exception; null otherwise.</summary>
    public Exception Cause { get; protected set; } = null!;

    /// <summary>When it was logged, UTC.</summary>
    public DateTime Timestamp { get; }

    /// <summary>The thread that logged.</summary>
    public Thread Thread { get; }

    /// <summary>Who logged: the path of an actor, or the name of a class or part with the system's.</summary>
    public string LogSource { get; protected set; } = "";

    /// <summary>The class of the one who logged.</summary>
    public Type LogClass { get; protected set; } = typeof(DummyClassForStringSources);

    /// <summary>A string, a <see cref="LogMessage"/>, or any object; its text is its <see cref="object.ToString"/>.</summary>
    public object Message { get; protected set; } = "";

    public abstract LogLevel LogLevel();

    /// <summary>The line that the loggers of this runtime print.</summary>
    public override string ToString()
    {
        var line = new StringBuilder(128)
            .Append('[').Append(LogLevel().StringFor().ToUpperInvariant()).Append("][")
            .Append(Timestamp.ToString(TimestampFormat, CultureInfo.InvariantCulture)).Append("][Thread ")
            .Append(Thread.ManagedThreadId.ToString("0000", CultureInfo.InvariantCulture)).Append("][")
            .Append(LogSource).Append("] ")
            .Append(Message);
        if (Cause is not null)
        {
            line.Append(Environment.NewLine).Append("Cause: ").Append(Cause);
        }

        return line.ToString();
    }
}
