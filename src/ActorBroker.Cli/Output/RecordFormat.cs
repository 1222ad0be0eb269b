using System.Globalization;
using System.Text;
using ActorBroker.Log;

namespace ActorBroker.Cli.Output;

/// <summary>Prints records by a pattern such as <c>%t/%p@%o %k: %v\n</c>.</summary>
/// <remarks>%t topic, %p partition, %o offset, %k key, %v value, %T timestamp (ms since 1970), %h headers (k=v,k=v), %s size of the
/// value in bytes (−1 for null), %% a percent sign; \n \t \r \0 \\ \xHH. Keys and values are printed as the bytes they are.</remarks>
internal sealed class RecordFormat : IRecordWriter
{
    public const string Default = @"%v\n";
    private readonly List<(char Field, byte[] Text)> _parts = [];
    private readonly ByteOutput _output;
    private readonly byte[] _topic;
    private readonly byte[] _null;

    /// <exception cref="UsageException">The pattern has an unknown field or escape.</exception>
    public RecordFormat(string pattern, string topic, string nullText, ByteOutput output)
    {
        _output = output;
        _topic = Encoding.UTF8.GetBytes(topic);
        _null = Encoding.UTF8.GetBytes(nullText);
        Parse(pattern);
    }

    public void Write(int partition, Record record)
    {
        foreach (var (field, text) in _parts)
        {
            switch (field)
            {
                case 't':
                    _output.Write(_topic);
                    break;
                case 'p':
                    _output.Write(partition);
                    break;
                case 'o':
                    _output.Write(record.Offset.Value);
                    break;
                case 'k':
                    Write(record.Key);
                    break;
                case 'v':
                    Write(record.Value);
                    break;
                case 'T':
                    _output.Write(record.Timestamp);
                    break;
                case 's':
                    _output.Write(record.Value.LengthOrMinusOne);
                    break;
                case 'h':
                    WriteHeaders(record.Headers);
                    break;
                default:
                    _output.Write(text);
                    break;
            }
        }
    }

    private void Write(NullableBytes bytes) => _output.Write(bytes.IsNull ? _null : bytes.Span);

    private void WriteHeaders(RecordHeaders headers)
    {
        var isFirst = true;
        foreach (var header in headers)
        {
            if (!isFirst) _output.Write(","u8);
            isFirst = false;
            _output.Write(header.KeyUtf8);
            _output.Write("="u8);
            Write(header.Value);
        }
    }

    private void Parse(string pattern)
    {
        var text = new List<byte>();
        for (var at = 0; at < pattern.Length; at++)
        {
            switch (pattern[at])
            {
                case '%' when At(pattern, at + 1) == '%':
                    text.Add((byte)'%');
                    at++;
                    break;
                case '%' when "tpokvThs".Contains(At(pattern, at + 1), StringComparison.Ordinal):
                    End(text);
                    _parts.Add((pattern[++at], []));
                    break;
                case '%':
                    throw new UsageException($"--format has '%{At(pattern, at + 1)}', which is no field: use %t %p %o %k %v %T %h %s, or %% for a percent sign");
                case '\\':
                    text.Add(Escaped(pattern, ref at));
                    break;
                default:
                    var rune = Rune.GetRuneAt(pattern, at);
                    text.AddRange(Encoding.UTF8.GetBytes(rune.ToString()));
                    at += rune.Utf16SequenceLength - 1;
                    break;
            }
        }

        End(text);
    }

    private void End(List<byte> text)
    {
        if (text.Count > 0) _parts.Add(('\0', text.ToArray()));
        text.Clear();
    }

    private static char At(string pattern, int at) => at < pattern.Length ? pattern[at] : ' ';

    private static byte Escaped(string pattern, ref int at)
    {
        at++;
        switch (At(pattern, at))
        {
            case 'n':
                return (byte)'\n';
            case 't':
                return (byte)'\t';
            case 'r':
                return (byte)'\r';
            case '0':
                return 0;
            case '\\':
                return (byte)'\\';
            case 'x' when at + 2 < pattern.Length
                && byte.TryParse(pattern.AsSpan(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value):
                at += 2;
                return value;
            default:
                throw new UsageException($@"--format has '\{At(pattern, at)}', which is no escape: use \n \t \r \0 \\ or \xHH");
        }
    }
}
