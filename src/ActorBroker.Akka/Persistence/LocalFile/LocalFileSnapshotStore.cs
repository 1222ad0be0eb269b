using System.Buffers.Binary;
using System.Numerics;
using Akka.Persistence;
using Akka.Persistence.Snapshot;

namespace ActorBroker.LocalFiles;

/// <summary>
/// As <see cref="LocalSnapshotStore"/>, and damage is noticed: <c>akka.persistence.snapshot-store.local-file</c>.
/// <code>file  "ABSNAP1\n" | crc32c uint32 little endian, of what follows | the snapshot, as its serializer wrote it</code>
/// </summary>
public sealed class LocalFileSnapshotStore : LocalSnapshotStore
{
    private const int HeaderBytes = 12;

    private static ReadOnlySpan<byte> Magic => "ABSNAP1\n"u8;

    internal override byte[] Encode(object snapshot)
    {
        var content = base.Encode(snapshot);
        var file = new byte[HeaderBytes + content.Length];
        Magic.CopyTo(file);
        BinaryPrimitives.WriteUInt32LittleEndian(file.AsSpan(Magic.Length), Crc32C.Of(content));
        content.CopyTo(file, HeaderBytes);
        return file;
    }

    internal override object Decode(byte[] content, SnapshotMetadata metadata)
    {
        if (content.Length < HeaderBytes || !content.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new LocalFileCorruptException(PathOf(metadata), 0, "it does not begin as a snapshot does");
        }

        var body = content[HeaderBytes..];
        return Crc32C.Of(body) == BinaryPrimitives.ReadUInt32LittleEndian(content.AsSpan(Magic.Length))
            ? base.Decode(body, metadata)
            : throw new LocalFileCorruptException(PathOf(metadata), HeaderBytes, "the checksum of the snapshot is wrong");
    }
}

/// <summary>CRC-32C (Castagnoli), as iSCSI and ext4 have it.</summary>
internal static class Crc32C
{
    public static uint Of(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        while (bytes.Length >= sizeof(ulong))
        {
            crc = BitOperations.Crc32C(crc, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }

        foreach (var one in bytes)
        {
            crc = BitOperations.Crc32C(crc, one);
        }

        return ~crc;
    }
}
