using System.Buffers;
using System.Text;

namespace Akka.Persistence.Serialization;

/// <summary>Writes the fields of one protobuf message. As proto3 has it, defaults are left out.</summary>
internal sealed class ProtoWriter
{
    private readonly ArrayBufferWriter<byte> _bytes = new();

    public byte[] ToArray() => _bytes.WrittenSpan.ToArray();

    public ProtoWriter Number(int field, long value)
    {
        if (value != 0)
        {
            VarInt((ulong)field << 3);
            VarInt((ulong)value);
        }

        return this;
    }

    public ProtoWriter Text(int field, string value) => value.Length == 0 ? this : Message(field, Encoding.UTF8.GetBytes(value));

    public ProtoWriter Bytes(int field, byte[] value) => value.Length == 0 ? this : Message(field, value);

    /// <summary>Also written when empty: a message that is there.</summary>
    public ProtoWriter Message(int field, byte[] value)
    {
        VarInt(((ulong)field << 3) | 2);
        VarInt((ulong)value.Length);
        _bytes.Write(value);
        return this;
    }

    private void VarInt(ulong value)
    {
        while (value >= 0x80)
        {
            _bytes.Write([(byte)(value | 0x80)]);
            value >>= 7;
        }

        _bytes.Write([(byte)value]);
    }
}
