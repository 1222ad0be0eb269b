namespace Akka.Event;

/// <summary>A template with its arguments, formatted once somebody wants the text.</summary>
public abstract class LogMessage
{
    protected readonly ILogMessageFormatter Formatter;

    protected LogMessage(ILogMessageFormatter formatter, string format)
    {
        Formatter = formatter;
        Format = format;
    }

    /// <summary>The template.</summary>
    public string Format { get; }

    /// <summary>The template and the arguments side by side, for when they do not fit together.</summary>
    public abstract string Unformatted();

    public abstract IEnumerable<object> Parameters();
}
