using System.Runtime.CompilerServices;

namespace ActorBroker.Log;

/// <summary>Variable-length integers of records: zigzag, seven bits a byte, least significant group first.</summary>
internal static class VarInt
{
    public const int BytesMax32 = 5;
    public const int BytesMax64 = 10;

    /// <summary>Reads a zigzag int at <paramref name="at"/> and moves it behind. False when it is cut off or longer than an int.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out int value)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] < 0x80)
        {
            uint single = bytes[at++];
            value = (int)(single >> 1) ^ -(int)(single & 1);
            return true;
        }

        var read = TryReadGroups(bytes, ref at, BytesMax32, lastGroupMax: 0x0f, out var raw);
        value = (int)((uint)raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    /// <summary>As the other, for a zigzag long.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryRead(ReadOnlySpan<byte> bytes, ref int at, out long value)
    {
        if ((uint)at < (uint)bytes.Length && bytes[at] < 0x80)
        {
            uint single = bytes[at++];
            value = (int)(single >> 1) ^ -(int)(single & 1);
            return true;
        }

        var read = TryReadGroups(bytes, ref at, BytesMax64, lastGroupMax: 0x01, out var raw);
        value = (long)(raw >> 1) ^ -(long)(raw & 1);
        return read;
    }

    /// <summary>Writes <paramref name="value"/> (zigzag) and returns how many bytes it took; an int and the same long take the same
    /// bytes.</summary>
    public static int Write(Span<byte> to, long value)
    {
        var raw = ZigZag(value);
        var written = 0;
        while (raw >= 0x80)
        {
            to[written++] = (byte)(raw | 0x80);
            raw >>= 7;
        }

        to[written++] = (byte)raw;
        return written;
    }

    /// <summary>Bytes that <see cref="Write"/> takes for a value: 1 … 10.</summary>
    public static int SizeOf(long value) => 1 + (System.Numerics.BitOperations.Log2(ZigZag(value) | 1) / 7);

    private static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    private static bool TryReadGroups(ReadOnlySpan<byte> bytes, ref int at, int bytesMax, int lastGroupMax, out ulong raw)
    {
        raw = 0;
        for (var i = 0; i < bytesMax && (uint)at < (uint)bytes.Length; i++)
        {
            var group = bytes[at++];
            if (i == bytesMax - 1 && group > lastGroupMax) return false;   // would not fit the type
            raw |= (ulong)(group & 0x7f) << (7 * i);
            if (group < 0x80) return true;
        }

        return false;
    }
}
