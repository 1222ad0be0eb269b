using System.Buffers.Binary;
using System.Numerics;

namespace ActorBroker.Log;

/// <summary>CRC-32C (Castagnoli, reflected 0x82f63b78, initial and final xor all ones): the checksum of record batches.</summary>
/// <remarks>The processor's instruction takes eight bytes, with a latency of three steps and a start each step. So longer input goes
/// through in three lanes side by side, which are joined by moving a lane's checksum over the zero bytes that the next stands
/// for.</remarks>
public static class Crc32C
{
    private const int LaneBytes = 512;
    private const int StepBytes = sizeof(ulong);

    /// <summary>For each of a checksum's four bytes and its values: what <see cref="LaneBytes"/> zero bytes make of it.</summary>
    private static readonly uint[] OverLane = BuildOverLane();

    /// <summary>Checksum of <paramref name="bytes"/>; 0 for no bytes. Allocates nothing.</summary>
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= 3 * LaneBytes)
        {
            crc = ThreeLanes(crc, bytes[..(3 * LaneBytes)]);
            bytes = bytes[(3 * LaneBytes)..];
        }

        for (; bytes.Length >= StepBytes; bytes = bytes[StepBytes..])
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
        }

        foreach (var last in bytes) crc = BitOperations.Crc32C(crc, last);
        return ~crc;
    }

    private static uint ThreeLanes(uint crc, ReadOnlySpan<byte> bytes)
    {
        var first = bytes[..LaneBytes];
        var second = bytes.Slice(LaneBytes, LaneBytes);
        var third = bytes.Slice(2 * LaneBytes, LaneBytes);
        uint b = 0, c = 0;
        for (var at = 0; at <= LaneBytes - StepBytes; at += StepBytes)
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(first[at..]));
            b = BitOperations.Crc32C(b, BinaryPrimitives.ReadUInt64LittleEndian(second[at..]));
            c = BitOperations.Crc32C(c, BinaryPrimitives.ReadUInt64LittleEndian(third[at..]));
        }

        return MoveOverLane(MoveOverLane(crc) ^ b) ^ c;
    }

    private static uint MoveOverLane(uint crc)
    {
        var table = OverLane;
        return table[(int)(crc & 255)]
            ^ table[256 + (int)((crc >> 8) & 255)]
            ^ table[512 + (int)((crc >> 16) & 255)]
            ^ table[768 + (int)(crc >> 24)];
    }

    private static uint[] BuildOverLane()
    {
        var table = new uint[4 * 256];
        for (var i = 0; i < table.Length; i++)
        {
            var crc = (uint)(i & 255) << (8 * (i >> 8));
            for (var at = 0; at < LaneBytes; at += StepBytes) crc = BitOperations.Crc32C(crc, 0UL);
            table[i] = crc;
        }

        return table;
    }
}
