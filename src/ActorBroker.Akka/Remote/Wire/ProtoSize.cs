using System.Numerics;
using System.Runtime.CompilerServices;

namespace Akka.Remote.Wire;

/// <summary>Lengths and bytes of protobuf's numbers.</summary>
internal static class ProtoSize
{
    /// <summary>Bytes of a number, 1 to 10.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Of(ulong value) => value < 0x80 ? 1 : (BitOperations.Log2(value) / 7) + 1;

    /// <summary>Bytes of a field with a one-byte tag that holds so many bytes.</summary>
    public static int OfBytes(int length) => 1 + Of((ulong)length) + length;

    /// <summary>Writes a number; returns the bytes used.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> to, ulong value)
    {
        var at = 0;
        while (value >= 0x80)
        {
            to[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        to[at++] = (byte)value;
        return at;
    }
}
