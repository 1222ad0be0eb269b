namespace Akka.Event;

/// <summary>Puts the arguments of a log call into its template.</summary>
public interface ILogMessageFormatter
{
    string Format(string format, params object[] args);

    string Format(string format, IEnumerable<object> args);
}
