using System.Buffers.Binary;
using System.Text;

namespace ActorBroker.Kafka.Wire;

/// <summary>Reads the protocol's primitive types from one frame, which may be hostile. The first bad field ends the reading:
/// <see cref="Error"/> stays, and every later read gives a default.</summary>
/// <remarks>Never throws. Byte fields are slices of the frame. All numbers are big endian.</remarks>
public ref struct WireReader(ReadOnlyMemory<byte> frame)
{
    private readonly ReadOnlyMemory<byte> _frame = frame;
    private readonly ReadOnlySpan<byte> _bytes = frame.Span;
    private int _at;

    public WireError Error { get; private set; }

    /// <summary>Bytes that were not read yet. Some clients leave bytes behind their request; they are ignored.</summary>
    public readonly int Remaining => _bytes.Length - _at;

    /// <summary>Bytes that were read.</summary>
    public readonly int Position => _at;

    public bool ReadBool() => Take(1, out var field) && field[0] != 0;

    public sbyte ReadInt8() => Take(1, out var field) ? (sbyte)field[0] : (sbyte)0;

    public short ReadInt16() => Take(2, out var field) ? BinaryPrimitives.ReadInt16BigEndian(field) : (short)0;

    public ushort ReadUInt16() => Take(2, out var field) ? BinaryPrimitives.ReadUInt16BigEndian(field) : (ushort)0;

    public int ReadInt32() => Take(4, out var field) ? BinaryPrimitives.ReadInt32BigEndian(field) : 0;

    public uint ReadUInt32() => Take(4, out var field) ? BinaryPrimitives.ReadUInt32BigEndian(field) : 0;

    public long ReadInt64() => Take(8, out var field) ? BinaryPrimitives.ReadInt64BigEndian(field) : 0;

    public double ReadFloat64() => Take(8, out var field) ? BinaryPrimitives.ReadDoubleBigEndian(field) : 0;

    public Guid ReadUuid() => Take(16, out var field) ? new Guid(field, bigEndian: true) : Guid.Empty;

    /// <summary>7 bits a byte, least significant group first; at most 5 bytes.</summary>
    public uint ReadUnsignedVarInt()
    {
        uint value = 0;
        for (var shift = 0; shift < 35; shift += 7)
        {
            if (!Take(1, out var field))
            {
                return 0;
            }

            value |= (uint)(field[0] & 0x7f) << shift;
            if (field[0] < 0x80)
            {
                // The fifth byte has room for four bits only.
                return shift == 28 && field[0] > 0x0f ? (uint)Fail(WireError.VarIntTooLong) : value;
            }
        }

        return (uint)Fail(WireError.VarIntTooLong);
    }

    /// <summary>Zigzag encoding of a signed number; at most 5 bytes.</summary>
    public int ReadVarInt()
    {
        var raw = ReadUnsignedVarInt();
        return (int)(raw >> 1) ^ -(int)(raw & 1);
    }

    /// <summary>Zigzag encoding of a signed number; at most 10 bytes.</summary>
    public long ReadVarLong()
    {
        ulong raw = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if (!Take(1, out var field))
            {
                return 0;
            }

            raw |= (ulong)(field[0] & 0x7f) << shift;
            if (field[0] < 0x80)
            {
                return shift == 63 && field[0] > 1 ? Fail(WireError.VarIntTooLong) : (long)(raw >> 1) ^ -(long)(raw & 1);
            }
        }

        return Fail(WireError.VarIntTooLong);
    }

    /// <summary>A string that must not be null; "" after an error. Bytes that are not UTF-8 become U+FFFD.</summary>
    public string ReadString(bool isFlexible) => ReadNullableString(isFlexible) ?? NotNull();

    public string? ReadNullableString(bool isFlexible)
    {
        var length = isFlexible ? ReadCompactLength() : ReadInt16();
        if (length < 0)
        {
            return Absent(length) ? null : "";
        }

        return Take(length, out var field) ? Encoding.UTF8.GetString(field) : "";
    }

    /// <summary>Bytes that must not be null; a slice of the frame.</summary>
    public ReadOnlyMemory<byte> ReadBytes(bool isFlexible)
    {
        if (ReadNullableBytes(isFlexible) is { } bytes)
        {
            return bytes;
        }

        NotNull();
        return default;
    }

    /// <summary>Bytes, a slice of the frame, or null.</summary>
    public ReadOnlyMemory<byte>? ReadNullableBytes(bool isFlexible)
    {
        var length = isFlexible ? ReadCompactLength() : ReadInt32();
        if (length < 0)
        {
            // The cast matters: a bare null would become empty memory by way of a null array.
            return Absent(length) ? (ReadOnlyMemory<byte>?)null : ReadOnlyMemory<byte>.Empty;
        }

        var start = _at;
        return Take(length, out _) ? _frame.Slice(start, length) : ReadOnlyMemory<byte>.Empty;
    }

    /// <summary>Element count of an array, −1 for null. No larger than what the rest of the frame could hold, so that a hostile
    /// count costs nothing.</summary>
    /// <param name="elementBytesMin">Smallest size of one element.</param>
    public int ReadArrayCount(bool isFlexible, int elementBytesMin)
    {
        Check.That(elementBytesMin > 0);
        var count = isFlexible ? ReadCompactLength() : ReadInt32();
        if (count < 0)
        {
            return Absent(count) ? -1 : 0;
        }

        return count <= Remaining / elementBytesMin ? count : Fail(WireError.CountExceedsFrame);
    }

    /// <summary>For a field that may not be null and was.</summary>
    public string NotNull()
    {
        Fail(WireError.NegativeLength);
        return "";
    }

    /// <summary>Number of tagged fields that follow.</summary>
    public int ReadTagCount()
    {
        var count = ReadUnsignedVarInt();
        // Each takes two bytes at least: tag and size.
        return count <= (uint)Remaining / 2 ? (int)count : Fail(WireError.CountExceedsFrame);
    }

    /// <summary>Reads the head of a tagged field.</summary>
    /// <param name="previous">The tag before; −1 at first.</param>
    /// <param name="end">Where the field's content ends.</param>
    /// <returns>The tag; −1 after an error.</returns>
    public int ReadTag(int previous, out int end)
    {
        var tag = ReadUnsignedVarInt();
        var size = ReadUnsignedVarInt();
        end = _at;
        if (Error != WireError.None)
        {
            return -1;
        }

        if (tag > int.MaxValue || (int)tag <= previous)
        {
            Fail(WireError.TagsOutOfOrder);
            return -1;
        }

        if (size > (uint)Remaining)
        {
            Fail(WireError.EndOfFrame);
            return -1;
        }

        end = _at + (int)size;
        return (int)tag;
    }

    /// <summary>Passes over a tagged field that is not known.</summary>
    public void SkipTo(int end)
    {
        if (Error == WireError.None)
        {
            Check.That(end >= _at && end <= _bytes.Length);
            _at = end;
        }
    }

    /// <summary>A known tagged field must end where its size said.</summary>
    public void ExpectAt(int end)
    {
        if (Error == WireError.None && _at != end)
        {
            Fail(WireError.TagSizeMismatch);
        }
    }

    /// <summary>Passes over all tagged fields.</summary>
    public void SkipTags()
    {
        var count = ReadTagCount();
        var previous = -1;
        for (var i = 0; i < count && Error == WireError.None; i++)
        {
            previous = ReadTag(previous, out var end);
            SkipTo(end);
        }
    }

    /// <summary>Ends the reading.</summary>
    public int Fail(WireError error)
    {
        if (Error == WireError.None)
        {
            Error = error;
        }

        _at = _bytes.Length;
        return 0;
    }

    /// <summary>Length of a compact field: one less than what is on the wire, −1 for null.</summary>
    private int ReadCompactLength()
    {
        var raw = ReadUnsignedVarInt();
        return raw > int.MaxValue ? Fail(WireError.EndOfFrame) : Error == WireError.None ? (int)raw - 1 : 0;
    }

    private bool Absent(int length)
    {
        if (length == -1)
        {
            return true;
        }

        Fail(WireError.NegativeLength);
        return false;
    }

    private bool Take(int count, out ReadOnlySpan<byte> field)
    {
        if (Error != WireError.None || count > _bytes.Length - _at)
        {
            Fail(WireError.EndOfFrame);
            field = default;
            return false;
        }

        field = _bytes.Slice(_at, count);
        _at += count;
        return true;
    }
}
