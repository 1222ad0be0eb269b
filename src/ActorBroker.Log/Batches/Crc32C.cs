using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorBroker.Log;

/// <summary>CRC-32C (Castagnoli, reflected 0x82f63b78, initial and final xor all ones): the checksum of record batches.</summary>
internal static class Crc32C
{
    /// <summary>Checksum of <paramref name="bytes"/>; 0 for no bytes.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        ref var at = ref MemoryMarshal.GetReference(bytes);
        var left = bytes.Length;
        while (left >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, Little(Unsafe.ReadUnaligned<ulong>(ref at)));
            at = ref Unsafe.Add(ref at, sizeof(ulong));
            left -= sizeof(ulong);
        }

        for (; left > 0; left--)
        {
            crc = BitOperations.Crc32C(crc, at);
            at = ref Unsafe.Add(ref at, 1);
        }

        return ~crc;
    }

    private static ulong Little(ulong value) =>
        BitConverter.IsLittleEndian ? value : System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value);
}
