using System.Buffers.Binary;
using static System.Numerics.BitOperations;

namespace ActorBroker.Log;

/// <summary>The checksums of LZ4 and zstd frames: xxHash with seed 0 over bytes that lie in one piece.</summary>
internal static class XxHash
{
    private const uint P32A = 2654435761, P32B = 2246822519, P32C = 3266489917, P32D = 668265263, P32E = 374761393;

    private const ulong P64A = 11400714785074694791, P64B = 14029467366897019727, P64C = 1609587929392839161,
        P64D = 9650029242287828579, P64E = 2870177450012600261;

    public static uint Hash32(ReadOnlySpan<byte> bytes)
    {
        var length = (uint)bytes.Length;
        var hash = P32E;
        if (bytes.Length >= 16)
        {
            uint a = unchecked(P32A + P32B), b = P32B, c = 0, d = unchecked(0 - P32A);
            for (; bytes.Length >= 16; bytes = bytes[16..])
            {
                a = Round32(a, bytes);
                b = Round32(b, bytes[4..]);
                c = Round32(c, bytes[8..]);
                d = Round32(d, bytes[12..]);
            }

            hash = RotateLeft(a, 1) + RotateLeft(b, 7) + RotateLeft(c, 12) + RotateLeft(d, 18);
        }

        hash += length;
        for (; bytes.Length >= 4; bytes = bytes[4..])
        {
            hash = RotateLeft(hash + (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P32C), 17) * P32D;
        }

        foreach (var last in bytes) hash = RotateLeft(hash + (last * P32E), 11) * P32A;

        hash = (hash ^ (hash >> 15)) * P32B;
        hash = (hash ^ (hash >> 13)) * P32C;
        return hash ^ (hash >> 16);
    }

    public static ulong Hash64(ReadOnlySpan<byte> bytes)
    {
        var length = (ulong)bytes.Length;
        var hash = P64E;
        if (bytes.Length >= 32)
        {
            ulong a = unchecked(P64A + P64B), b = P64B, c = 0, d = unchecked(0 - P64A);
            for (; bytes.Length >= 32; bytes = bytes[32..])
            {
                a = Round64(a, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
                b = Round64(b, BinaryPrimitives.ReadUInt64LittleEndian(bytes[8..]));
                c = Round64(c, BinaryPrimitives.ReadUInt64LittleEndian(bytes[16..]));
                d = Round64(d, BinaryPrimitives.ReadUInt64LittleEndian(bytes[24..]));
            }

            hash = RotateLeft(a, 1) + RotateLeft(b, 7) + RotateLeft(c, 12) + RotateLeft(d, 18);
            hash = Merge64(Merge64(Merge64(Merge64(hash, a), b), c), d);
        }

        hash += length;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            hash = (RotateLeft(hash ^ Round64(0, BinaryPrimitives.ReadUInt64LittleEndian(bytes)), 27) * P64A) + P64D;
        }

        if (bytes.Length >= 4)
        {
            hash = (RotateLeft(hash ^ (BinaryPrimitives.ReadUInt32LittleEndian(bytes) * P64A), 23) * P64B) + P64C;
            bytes = bytes[4..];
        }

        foreach (var last in bytes) hash = RotateLeft(hash ^ (last * P64E), 11) * P64A;

        hash = (hash ^ (hash >> 33)) * P64B;
        hash = (hash ^ (hash >> 29)) * P64C;
        return hash ^ (hash >> 32);
    }

    private static uint Round32(uint lane, ReadOnlySpan<byte> word) =>
        RotateLeft(lane + (BinaryPrimitives.ReadUInt32LittleEndian(word) * P32B), 13) * P32A;

    private static ulong Round64(ulong lane, ulong word) => RotateLeft(lane + (word * P64B), 31) * P64A;

    private static ulong Merge64(ulong hash, ulong lane) => ((hash ^ Round64(0, lane)) * P64A) + P64D;
}
