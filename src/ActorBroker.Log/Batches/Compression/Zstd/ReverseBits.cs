using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace ActorBroker.Log;

/// <summary>A zstd bitstream, which is read from its end to its begin. The highest set bit of the last byte marks where the bits
/// end.</summary>
/// <remarks>Reading past the begin gives zero bits and turns <see cref="BitsLeft"/> negative; the caller checks it where the format
/// says that a stream ends.</remarks>
internal ref struct ReverseBits
{
    private readonly ReadOnlySpan<byte> _bytes;
    private readonly ulong _few;   // all the bytes, where there are too few for a load of eight

    private ReverseBits(ReadOnlySpan<byte> bytes, int bits)
    {
        _bytes = bytes;
        BitsLeft = bits;
        if (bytes.Length >= sizeof(ulong)) return;
        for (var i = 0; i < bytes.Length; i++) _few |= (ulong)bytes[i] << (8 * i);
    }

    /// <summary>Unread bits; negative after more were asked for than there are.</summary>
    public int BitsLeft { get; private set; }

    /// <summary>False when there are no bytes, or no mark in the last.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> bytes, out ReverseBits bits)
    {
        bits = default;
        if (bytes.IsEmpty || bytes[^1] == 0) return false;
        bits = new ReverseBits(bytes, (8 * (bytes.Length - 1)) + BitOperations.Log2(bytes[^1]));
        return true;
    }

    /// <summary>The next <paramref name="count"/> bits, 0 … 32 of them, without taking them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly uint Peek(int count)
    {
        var at = BitsLeft - count;
        return at >= 0 ? (uint)(Load(at) & ((1UL << count) - 1)) : PeekPastBegin(count);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Skip(int count) => BitsLeft -= count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public uint Read(int count)
    {
        var bits = Peek(count);
        BitsLeft -= count;
        return bits;
    }

    /// <summary>A word whose lowest <paramref name="bits"/> bits (57 … 64) are the next ones of the stream. Only with 64 bits left
    /// or more.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public readonly ulong PeekWord(out int bits)
    {
        var byteAt = (BitsLeft - 57) >> 3;
        bits = BitsLeft - (8 * byteAt);
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[byteAt..]);
    }

    /// <summary>The bits from position <paramref name="bitAt"/> on, in the low end of the word; at least 57 where the stream has
    /// them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly ulong Load(int bitAt)
    {
        if (_bytes.Length < sizeof(ulong)) return _few >> bitAt;
        var byteAt = Math.Min(bitAt >> 3, _bytes.Length - sizeof(ulong));
        return BinaryPrimitives.ReadUInt64LittleEndian(_bytes[byteAt..]) >> (bitAt - (8 * byteAt));
    }

    private readonly uint PeekPastBegin(int count)
    {
        var there = BitsLeft;
        if (there <= 0) return 0;
        return (uint)((Load(0) & ((1UL << there) - 1)) << (count - there));
    }
}
