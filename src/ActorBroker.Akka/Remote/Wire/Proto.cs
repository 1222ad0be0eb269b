using System.Buffers.Binary;
using System.Text;

namespace Akka.Remote.Wire;

/// <summary>Writes one protobuf message; for messages off the hot path. As proto3 has it, defaults are left out.</summary>
internal sealed class Proto
{
    private byte[] _bytes = new byte[64];
    private int _length;

    public byte[] ToArray() => _bytes.AsSpan(0, _length).ToArray();

    public Proto Number(int field, ulong value)
    {
        if (value != 0)
        {
            VarInt((ulong)field << 3);
            VarInt(value);
        }

        return this;
    }

    public Proto Fixed64(int field, ulong value)
    {
        if (value != 0)
        {
            VarInt(((ulong)field << 3) | 1);
            BinaryPrimitives.WriteUInt64LittleEndian(Space(8), value);
        }

        return this;
    }

    public Proto Text(int field, string? value) => string.IsNullOrEmpty(value) ? this : Message(field, Encoding.UTF8.GetBytes(value));

    public Proto Bytes(int field, ReadOnlySpan<byte> value) => value.IsEmpty ? this : Message(field, value);

    /// <summary>Also written when empty: a message that is there.</summary>
    public Proto Message(int field, ReadOnlySpan<byte> value)
    {
        VarInt(((ulong)field << 3) | 2);
        VarInt((ulong)value.Length);
        value.CopyTo(Space(value.Length));
        return this;
    }

    public Proto Message(int field, Proto value) => Message(field, value._bytes.AsSpan(0, value._length));

    private void VarInt(ulong value)
    {
        var size = ProtoSize.Of(value);
        ProtoSize.Write(Space(size), value);
    }

    private Span<byte> Space(int length)
    {
        if (_bytes.Length - _length < length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, _length + length));
        }

        _length += length;
        return _bytes.AsSpan(_length - length, length);
    }
}
