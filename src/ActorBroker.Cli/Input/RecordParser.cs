using System.Text;

namespace ActorBroker.Cli.Input;

/// <summary>Makes a key and a value of a line.</summary>
/// <param name="keySeparator">What stands between key and value; null: the whole line is the value.</param>
/// <param name="nullMark">A key or a value that is exactly this stands for null; null: nothing does.</param>
internal sealed class RecordParser(string? keySeparator, string? nullMark)
{
    private readonly byte[]? _separator = keySeparator is null ? null : Encoding.UTF8.GetBytes(keySeparator);
    private readonly byte[]? _nullMark = nullMark is null ? null : Encoding.UTF8.GetBytes(nullMark);

    /// <param name="lineNumber">For the message.</param>
    /// <exception cref="CliException">The line has no separator.</exception>
    public (ReadOnlyMemory<byte>? Key, ReadOnlyMemory<byte>? Value) Parse(ReadOnlyMemory<byte> line, long lineNumber)
    {
        if (_separator is null) return (null, OrNull(line));
        var at = line.Span.IndexOf(_separator);
        if (at < 0) throw new CliException($"line {lineNumber} has no key separator '{keySeparator}': every line must be KEY{keySeparator}VALUE");
        return (OrNull(line[..at]), OrNull(line[(at + _separator.Length)..]));
    }

    private ReadOnlyMemory<byte>? OrNull(ReadOnlyMemory<byte> bytes) => _nullMark is not null && bytes.Span.SequenceEqual(_nullMark) ? (ReadOnlyMemory<byte>?)null : bytes;
}
