using System.Buffers.Binary;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Small files of a few numbers beside the segments.</summary>
/// <remarks>Big endian; also drawn in README, "Checkpoints". Less than a disk sector, so that an overwrite is old or new.
/// <code>
///  0  4  magic "ABCP"
///  4  1  version 1
///  5  1  kind
///  6  2  number of values
///  8  …  values, 8 bytes each
///  …  4  CRC-32C of all before
/// </code></remarks>
internal static class Checkpoint
{
    private const uint Magic = 0x41424350;
    private const byte Version = 1;
    private const int HeaderBytes = 8;
    private const int CrcBytes = 4;

    public static byte[] Encode(CheckpointKind kind, params ReadOnlySpan<long> values)
    {
        var bytes = new byte[HeaderBytes + (values.Length * sizeof(long)) + CrcBytes];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, Magic);
        bytes[4] = Version;
        bytes[5] = (byte)kind;
        BinaryPrimitives.WriteInt16BigEndian(bytes.AsSpan(6), (short)values.Length);
        for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteInt64BigEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(long))), values[i]);
        BinaryPrimitives.WriteUInt32BigEndian(bytes.AsSpan(bytes.Length - CrcBytes), Crc32C.Of(bytes.AsSpan(0, bytes.Length - CrcBytes)));
        return bytes;
    }

    /// <summary>The values of a checkpoint file.</summary>
    /// <returns>Null when the file is missing (<paramref name="isDamaged"/> false) or not a whole checkpoint of that kind.</returns>
    public static long[]? Read(ILogFiles files, string path, CheckpointKind kind, int valueCount, out bool isDamaged)
    {
        isDamaged = false;
        if (files.ReadAll(path) is not { } bytes) return null;
        isDamaged = true;
        if (bytes.Length != HeaderBytes + (valueCount * sizeof(long)) + CrcBytes
            || BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic
            || bytes[4] != Version
            || bytes[5] != (byte)kind
            || BinaryPrimitives.ReadInt16BigEndian(bytes.AsSpan(6)) != valueCount
            || BinaryPrimitives.ReadUInt32BigEndian(bytes.AsSpan(bytes.Length - CrcBytes)) != Crc32C.Of(bytes.AsSpan(0, bytes.Length - CrcBytes)))
        {
            return null;
        }

        isDamaged = false;
        var values = new long[valueCount];
        for (var i = 0; i < valueCount; i++) values[i] = BinaryPrimitives.ReadInt64BigEndian(bytes.AsSpan(HeaderBytes + (i * sizeof(long))));
        return values;
    }
}
