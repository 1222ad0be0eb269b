using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorBroker.Kafka.Wire;

/// <summary>Writes the protocol's primitive types into pooled memory. Large blocks of records are not copied: they become
/// segments of their own among the others.</summary>
/// <remarks>One owner, who disposes it when the bytes are sent. Spliced memory stays the caller's and must live as long.</remarks>
public sealed class WireWriter : IDisposable
{
    private const int FirstChunkBytes = 256;
    private const int ChunkBytesMax = 64 * ByteSizes.KiB;
    private const int SpliceBytesMin = 1024;
    private readonly List<byte[]> _chunks = [];
    private readonly List<ReadOnlyMemory<byte>> _segments = [];
    private byte[] _chunk = [];
    private int _sealed;
    private int _at;

    /// <summary>Bytes written, spliced ones included.</summary>
    public int Length { get; private set; }

    /// <summary>All bytes in order. Valid until the next write, <see cref="Reset"/> or <see cref="Dispose"/>.</summary>
    public IReadOnlyList<ReadOnlyMemory<byte>> Segments
    {
        get
        {
            Seal();
            return _segments;
        }
    }

    public void WriteBool(bool value) => Reserve(1)[0] = value ? (byte)1 : (byte)0;

    public void WriteInt8(sbyte value) => Reserve(1)[0] = (byte)value;

    public void WriteInt16(short value) => BinaryPrimitives.WriteInt16BigEndian(Reserve(2), value);

    public void WriteUInt16(ushort value) => BinaryPrimitives.WriteUInt16BigEndian(Reserve(2), value);

    public void WriteInt32(int value) => BinaryPrimitives.WriteInt32BigEndian(Reserve(4), value);

    public void WriteUInt32(uint value) => BinaryPrimitives.WriteUInt32BigEndian(Reserve(4), value);

    public void WriteInt64(long value) => BinaryPrimitives.WriteInt64BigEndian(Reserve(8), value);

    public void WriteFloat64(double value) => BinaryPrimitives.WriteDoubleBigEndian(Reserve(8), value);

    public void WriteUuid(Guid value) => Check.That(value.TryWriteBytes(Reserve(16), bigEndian: true, out _));

    public void WriteUnsignedVarInt(uint value)
    {
        while (value >= 0x80)
        {
            Reserve(1)[0] = (byte)(value | 0x80);
            value >>= 7;
        }

        Reserve(1)[0] = (byte)value;
    }

    public void WriteVarInt(int value) => WriteUnsignedVarInt((uint)((value << 1) ^ (value >> 31)));

    public void WriteVarLong(long value)
    {
        var raw = (ulong)((value << 1) ^ (value >> 63));
        while (raw >= 0x80)
        {
            Reserve(1)[0] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        Reserve(1)[0] = (byte)raw;
    }

    /// <exception cref="ArgumentException">More than 32767 bytes in a version whose strings have a 16-bit length.</exception>
    public void WriteString(string value, bool isFlexible)
    {
        ArgumentNullException.ThrowIfNull(value);
        var length = Encoding.UTF8.GetByteCount(value);
        if (isFlexible)
        {
            WriteUnsignedVarInt((uint)length + 1);
        }
        else if (length <= short.MaxValue)
        {
            WriteInt16((short)length);
        }
        else
        {
            throw new ArgumentException($"A string of {length} bytes; the limit of this version is {short.MaxValue}.", nameof(value));
        }

        Encoding.UTF8.GetBytes(value, Reserve(length));
    }

    public void WriteNullableString(string? value, bool isFlexible)
    {
        if (value is not null)
        {
            WriteString(value, isFlexible);
        }
        else if (isFlexible)
        {
            WriteUnsignedVarInt(0);
        }
        else
        {
            WriteInt16(-1);
        }
    }

    /// <summary>A byte field; large ones are spliced in, not copied.</summary>
    public void WriteBytes(ReadOnlyMemory<byte> value, bool isFlexible)
    {
        WriteArrayCount(value.Length, isFlexible);
        WriteRaw(value);
    }

    public void WriteNullableBytes(ReadOnlyMemory<byte>? value, bool isFlexible)
    {
        if (value is { } bytes)
        {
            WriteBytes(bytes, isFlexible);
        }
        else
        {
            WriteArrayCount(-1, isFlexible);
        }
    }

    /// <summary>The element count of an array, or the length of a byte field; −1 for null.</summary>
    public void WriteArrayCount(int count, bool isFlexible)
    {
        if (isFlexible)
        {
            WriteUnsignedVarInt((uint)(count + 1));
        }
        else
        {
            WriteInt32(count);
        }
    }

    /// <summary>Bytes without a length before them; large ones are spliced in, not copied.</summary>
    public void WriteRaw(ReadOnlyMemory<byte> bytes)
    {
        if (bytes.Length < SpliceBytesMin)
        {
            bytes.Span.CopyTo(Reserve(bytes.Length));
            return;
        }

        Seal();
        _segments.Add(bytes);
        Length += bytes.Length;
    }

    /// <summary>A tagged field: its content is written by <paramref name="content"/>, its size is put before it.</summary>
    public void WriteTag<T>(int tag, T state, Action<WireWriter, T> content)
    {
        ArgumentNullException.ThrowIfNull(content);
        using var inner = new WireWriter();
        content(inner, state);
        WriteUnsignedVarInt((uint)tag);
        WriteUnsignedVarInt((uint)inner.Length);
        foreach (var segment in inner.Segments)
        {
            segment.Span.CopyTo(Reserve(segment.Length));
        }
    }

    /// <summary>Overwrites the first four bytes written, for a frame's length.</summary>
    public void PatchFirstInt32(int value)
    {
        Check.That(_chunks.Count > 0 && Length >= sizeof(int));
        BinaryPrimitives.WriteInt32BigEndian(_chunks[0], value);
    }

    /// <summary>A copy of all bytes.</summary>
    public byte[] ToArray()
    {
        var bytes = new byte[Length];
        var at = 0;
        foreach (var segment in Segments)
        {
            segment.Span.CopyTo(bytes.AsSpan(at));
            at += segment.Length;
        }

        return bytes;
    }

    /// <summary>Forgets all that was written; the writer can be used again.</summary>
    public void Reset()
    {
        foreach (var chunk in _chunks)
        {
            ArrayPool<byte>.Shared.Return(chunk);
        }

        _chunks.Clear();
        _segments.Clear();
        _chunk = [];
        (_sealed, _at, Length) = (0, 0, 0);
    }

    public void Dispose() => Reset();

    private Span<byte> Reserve(int count)
    {
        if (count > _chunk.Length - _at)
        {
            Seal();
            var size = _chunk.Length == 0 ? FirstChunkBytes : Math.Min(_chunk.Length * 4, ChunkBytesMax);
            _chunk = ArrayPool<byte>.Shared.Rent(Math.Max(size, count));
            _chunks.Add(_chunk);
            (_sealed, _at) = (0, 0);
        }

        var field = _chunk.AsSpan(_at, count);
        _at += count;
        Length += count;
        return field;
    }

    private void Seal()
    {
        if (_at > _sealed)
        {
            _segments.Add(_chunk.AsMemory(_sealed, _at - _sealed));
            _sealed = _at;
        }
    }
}
