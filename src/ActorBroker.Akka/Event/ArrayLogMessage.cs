namespace Akka.Event;

/// <summary>The log message of this runtime's own extension methods.</summary>
internal sealed class ArrayLogMessage(ILogMessageFormatter formatter, string format, object[] args) : LogMessage(formatter, format)
{
    public override IEnumerable<object> Parameters() => args;

    public override string Unformatted() => $"Template: {Format}, arguments: [{string.Join(", ", args)}]";

    /// <summary>The text. A template that does not fit its arguments is shown with them: a log line must not be lost,
    /// nor the logger that prints it, because of a typing mistake in its caller.</summary>
    public override string ToString()
    {
        try
        {
            return Formatter.Format(Format, args);
        }
        catch (FormatException wrong)
        {
            return $"{Unformatted()} ({wrong.Message})";
        }
    }
}
