using System.Buffers.Binary;
using System.Collections.Immutable;
using ActorBroker.Log;

namespace ActorBroker.Messages.Encoding;

/// <summary>Writes the fields of one message, one behind the other. Numbers are little endian; a text or a block of bytes has its length
/// before it (4 bytes), an array its number of items (4 bytes; −1: there is none).</summary>
internal sealed class PayloadWriter
{
    private byte[] _bytes;
    private int _length;

    /// <param name="sizeHint">Exact where the caller knows it: then nothing is copied again.</param>
    public PayloadWriter(int sizeHint = 128) => _bytes = GC.AllocateUninitializedArray<byte>(sizeHint);

    public byte[] ToArray() => _length == _bytes.Length ? _bytes : _bytes.AsSpan(0, _length).ToArray();

    public PayloadWriter Byte(byte value)
    {
        Space(1)[0] = value;
        return this;
    }

    public PayloadWriter Flag(bool value) => Byte(value ? (byte)1 : (byte)0);

    public PayloadWriter Short(short value)
    {
        BinaryPrimitives.WriteInt16LittleEndian(Space(2), value);
        return this;
    }

    public PayloadWriter Int(int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(Space(4), value);
        return this;
    }

    public PayloadWriter Long(long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(Space(8), value);
        return this;
    }

    public PayloadWriter Id(Guid value)
    {
        value.TryWriteBytes(Space(16));
        return this;
    }

    public PayloadWriter Text(string value)
    {
        var bytes = System.Text.Encoding.UTF8.GetByteCount(value);
        Int(bytes);
        System.Text.Encoding.UTF8.GetBytes(value, Space(bytes));
        return this;
    }

    public PayloadWriter Bytes(ReadOnlyMemory<byte> value)
    {
        Int(value.Length);
        value.Span.CopyTo(Space(value.Length));
        return this;
    }

    public PayloadWriter Error(Sessions.SessionError value) => Int((int)value);

    public PayloadWriter At(Offset value) => Long(value.Value);

    public PayloadWriter Epoch(LeaderEpoch value) => Int(value.Value);

    public PayloadWriter Node(NodeId value) => Int(value.Value);

    public PayloadWriter Partition(TopicPartition value) => Text(value.Topic).Int(value.Partition);

    public PayloadWriter Array<T>(ImmutableArray<T> items, Action<PayloadWriter, T> write)
    {
        if (items.IsDefault)
        {
            return Int(0);
        }

        Int(items.Length);
        foreach (var item in items)
        {
            write(this, item);
        }

        return this;
    }

    public PayloadWriter OptionalArray<T>(ImmutableArray<T>? items, Action<PayloadWriter, T> write) => items is { } all ? Array(all, write) : Int(-1);

    public PayloadWriter Map(ImmutableDictionary<string, string> map)
    {
        Int(map.Count);
        foreach (var (key, value) in map.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            Text(key).Text(value);
        }

        return this;
    }

    private Span<byte> Space(int length)
    {
        if (_bytes.Length - _length < length)
        {
            System.Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        _length += length;
        return _bytes.AsSpan(_length - length, length);
    }
}
