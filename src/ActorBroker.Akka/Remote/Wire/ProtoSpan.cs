using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace Akka.Remote.Wire;

/// <summary>Reads the fields of one protobuf message in place. What is not a message ends it with <see cref="IsBroken"/>; nothing
/// is thrown or allocated.</summary>
internal ref struct ProtoSpan(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Number of the current field.</summary>
    public int Field { get; private set; }

    /// <summary>Its value when it is a number of whatever kind.</summary>
    public ulong Number { get; private set; }

    /// <summary>Its value when it is bytes, a text or a message.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Was the current field written as bytes (also empty ones)?</summary>
    public bool IsBytes { get; private set; }

    public bool IsBroken { get; private set; }

    /// <summary>Goes to the next field; false at the end, or when the rest is not a message.</summary>
    public bool Next()
    {
        if (_at >= _bytes.Length)
        {
            return false;
        }

        var tag = VarInt();
        Field = (int)(tag >> 3);
        IsBytes = false;
        Bytes = default;
        switch (tag & 7)
        {
            case 0:
                Number = VarInt();
                break;
            case 1:
                Number = Take(8) is { Length: 8 } eight ? BinaryPrimitives.ReadUInt64LittleEndian(eight) : 0;
                break;
            case 2:
                var length = VarInt();
                Bytes = length <= (ulong)(_bytes.Length - _at) ? Take((int)length) : Break();
                IsBytes = true;
                break;
            case 5:
                Number = Take(4) is { Length: 4 } four ? BinaryPrimitives.ReadUInt32LittleEndian(four) : 0;
                break;
            default:
                Break();
                break;
        }

        return !IsBroken;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong VarInt()
    {
        if (_at < _bytes.Length && _bytes[_at] < 0x80)
        {
            return _bytes[_at++];
        }

        return LongVarInt();
    }

    private ulong LongVarInt()
    {
        ulong value = 0;
        for (var shift = 0; shift < 64 && _at < _bytes.Length; shift += 7)
        {
            var next = _bytes[_at++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                return value;
            }
        }

        Break();
        return 0;
    }

    private ReadOnlySpan<byte> Take(int length)
    {
        if (length > _bytes.Length - _at)
        {
            return Break();
        }

        var taken = _bytes.Slice(_at, length);
        _at += length;
        return taken;
    }

    private ReadOnlySpan<byte> Break()
    {
        IsBroken = true;
        _at = _bytes.Length;
        return default;
    }
}
