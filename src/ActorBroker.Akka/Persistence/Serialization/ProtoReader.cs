using System.Runtime.Serialization;
using System.Text;

namespace Akka.Persistence.Serialization;

/// <summary>Reads the fields of one protobuf message from bytes that may be anything.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> _rest = bytes;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Its value when it is a number.</summary>
    public long Number { get; private set; }

    /// <summary>Its value when it is bytes, a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Goes to the next field; false at the end.</summary>
    /// <exception cref="SerializationException">Not a message.</exception>
    public bool Next()
    {
        if (_rest.IsEmpty)
        {
            return false;
        }

        var tag = ReadVarInt();
        Field = (int)(tag >> 3);
        Number = 0;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = (long)ReadVarInt();
                break;
            case 1:
                Bytes = Take(8);
                break;
            case 2:
                var length = ReadVarInt();
                Bytes = length <= (ulong)_rest.Length ? Take((int)length) : throw Broken();
                break;
            case 5:
                Bytes = Take(4);
                break;
            default:
                throw Broken();
        }

        return true;
    }

    private static SerializationException Broken() => new("The bytes are not a protobuf message.");

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _rest.Length)
        {
            throw Broken();
        }

        var taken = _rest[..length];
        _rest = _rest[length..];
        return taken;
    }

    private ulong ReadVarInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var next = Take(1)[0];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        throw Broken();
    }
}
