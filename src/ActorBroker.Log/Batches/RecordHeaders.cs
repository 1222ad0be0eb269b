using System.Text;

namespace ActorBroker.Log;

/// <summary>The headers of one record, for <c>foreach</c>. Allocates nothing; the bytes were checked when the record was read.</summary>
public ref struct RecordHeaders
{
    private readonly ReadOnlySpan<byte> _section;
    private int _left;
    private int _at;

    internal RecordHeaders(ReadOnlySpan<byte> section, int count)
    {
        _section = section;
        _left = count;
        Check.That(VarInt.TryRead(section, ref _at, out int stored) && stored == count);
    }

    public Header Current { get; private set; }

    public bool MoveNext()
    {
        if (_left == 0) return false;
        _left--;
        Check.That(RecordLayout.TryReadNullable(_section, ref _at, out var keyAt, out var keyBytes) && keyBytes >= 0);
        Check.That(RecordLayout.TryReadNullable(_section, ref _at, out var valueAt, out var valueBytes));
        var value = valueBytes < 0 ? NullableBytes.Null : _section.Slice(valueAt, valueBytes);
        Current = new Header(_section.Slice(keyAt, keyBytes), value);
        return true;
    }

    public readonly RecordHeaders GetEnumerator() => this;

    /// <summary>Copies for keeping; invalid UTF-8 in a key becomes U+FFFD.</summary>
    public readonly List<RecordHeader> ToList()
    {
        var list = new List<RecordHeader>(_left);
        foreach (var header in this)
        {
            list.Add(new RecordHeader(header.Key, header.Value.ToArray()));
        }

        return list;
    }

    /// <summary>One header, seen in place.</summary>
    public readonly ref struct Header
    {
        internal Header(ReadOnlySpan<byte> keyUtf8, NullableBytes value)
        {
            KeyUtf8 = keyUtf8;
            Value = value;
        }

        /// <summary>As stored; meant to be UTF-8, which nobody checks.</summary>
        public ReadOnlySpan<byte> KeyUtf8 { get; }

        public NullableBytes Value { get; }

        /// <summary>The key as a new string.</summary>
        public string Key => Encoding.UTF8.GetString(KeyUtf8);
    }
}
