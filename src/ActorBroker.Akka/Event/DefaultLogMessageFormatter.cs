using System.Globalization;

namespace Akka.Event;

/// <summary>Templates as of <see cref="string.Format(string, object[])"/>, culture-invariant.</summary>
public class DefaultLogMessageFormatter : ILogMessageFormatter
{
    public static readonly DefaultLogMessageFormatter Instance = new();

    protected DefaultLogMessageFormatter()
    {
    }

    /// <exception cref="FormatException">The template is malformed or names an argument that is not there.</exception>
    public string Format(string format, params object[] args) =>
        args is { Length: > 0 } ? string.Format(CultureInfo.InvariantCulture, format, args) : format;

    /// <exception cref="FormatException">The template is malformed or names an argument that is not there.</exception>
    public string Format(string format, IEnumerable<object> args) => Format(format, args.ToArray());
}
