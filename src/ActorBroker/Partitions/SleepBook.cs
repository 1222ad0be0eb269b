using System.Buffers.Binary;
using ActorBroker.Log;
using ActorBroker.Storage;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <summary>
/// The partitions that a node left asleep when it stopped, so that its next start need not open them.
/// <code>
/// partitions.asleep   little endian
///   "ABSLEEP1" | count int32 | entries | CRC-32C of all before uint32
/// entry  topic id 16 | partition int32 | epoch int32 | start int64 | start epoch int32 | end int64 | oldest ms int64 | oldest bytes int64
///        | bytes int64 | is new byte
/// </code>
/// </summary>
/// <remarks>Advice, and taken away before anything is done by it: a crash leaves no book. A partition that is woken looks at its own files,
/// and goes on in its term only where they are as the book says.</remarks>
internal static class SleepBook
{
    private const string Name = "partitions.asleep";
    private const int HeaderBytes = 12;
    private const int EntryBytes = 69;
    private const int CrcBytes = 4;
    private static ReadOnlySpan<byte> Magic => "ABSLEEP1"u8;

    /// <summary>Reads the book and takes it away, durably. Empty when there is none, when it is damaged, or when it cannot be taken away.</summary>
    public static Dictionary<(Guid Topic, int Partition), SleepingLog> Take(NodeStorage storage, ILoggingAdapter log)
    {
        var path = Path.Combine(storage.DataFolder, Name);
        try
        {
            if (storage.Files.ReadAll(path) is not { } bytes)
            {
                return [];
            }

            storage.Files.DeleteFile(path);
            storage.Files.FlushFolder(storage.DataFolder);
            if (TryDecode(bytes, out var entries))
            {
                return entries;
            }

            log.Warning("{0} is damaged and is not used: all partitions are opened", path);
        }
        catch (LogIOException cause)
        {
            log.Warning("{0} is not used, all partitions are opened: {1}", path, cause.Message);
        }

        return [];
    }

    /// <exception cref="LogIOException">The disk refused.</exception>
    public static void Write(NodeStorage storage, IReadOnlyCollection<(Guid Topic, int Partition, SleepingLog Log)> asleep)
    {
        var bytes = new byte[HeaderBytes + (asleep.Count * EntryBytes) + CrcBytes];
        Magic.CopyTo(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(Magic.Length), asleep.Count);
        var at = HeaderBytes;
        foreach (var (topic, partition, log) in asleep)
        {
            Encode(topic, partition, log, bytes.AsSpan(at, EntryBytes));
            at += EntryBytes;
        }

        BinaryPrimitives.WriteUInt32LittleEndian(bytes.AsSpan(at), Crc32C.Of(bytes.AsSpan(0, at)));
        storage.Files.CreateFolder(storage.DataFolder);
        storage.Files.Replace(Path.Combine(storage.DataFolder, Name), bytes);
    }

    private static void Encode(Guid topic, int partition, SleepingLog log, Span<byte> to)
    {
        Check.That(topic.TryWriteBytes(to));
        BinaryPrimitives.WriteInt32LittleEndian(to[16..], partition);
        BinaryPrimitives.WriteInt32LittleEndian(to[20..], log.Epoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], log.Start.Value);
        BinaryPrimitives.WriteInt32LittleEndian(to[32..], log.StartEpoch.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[36..], log.End.Value);
        BinaryPrimitives.WriteInt64LittleEndian(to[44..], log.OldestMs);
        BinaryPrimitives.WriteInt64LittleEndian(to[52..], log.OldestBytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[60..], log.Bytes);
        to[68] = log.IsNew ? (byte)1 : (byte)0;
    }

    internal static bool TryDecode(ReadOnlySpan<byte> bytes, out Dictionary<(Guid Topic, int Partition), SleepingLog> entries)
    {
        entries = [];
        if (bytes.Length < HeaderBytes + CrcBytes || !bytes.StartsWith(Magic)
            || BinaryPrimitives.ReadUInt32LittleEndian(bytes[^CrcBytes..]) != Crc32C.Of(bytes[..^CrcBytes]))
        {
            return false;
        }

        long count = BinaryPrimitives.ReadInt32LittleEndian(bytes[Magic.Length..]);
        if (count < 0 || bytes.Length != HeaderBytes + (count * EntryBytes) + CrcBytes)
        {
            return false;
        }

        entries.EnsureCapacity((int)count);
        for (var at = HeaderBytes; at < bytes.Length - CrcBytes; at += EntryBytes)
        {
            var entry = bytes.Slice(at, EntryBytes);
            entries[(new Guid(entry[..16]), BinaryPrimitives.ReadInt32LittleEndian(entry[16..]))] = new SleepingLog(
                new LeaderEpoch(BinaryPrimitives.ReadInt32LittleEndian(entry[20..])),
                new Offset(BinaryPrimitives.ReadInt64LittleEndian(entry[24..])),
                new LeaderEpoch(BinaryPrimitives.ReadInt32LittleEndian(entry[32..])),
                new Offset(BinaryPrimitives.ReadInt64LittleEndian(entry[36..])),
                BinaryPrimitives.ReadInt64LittleEndian(entry[44..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[52..]),
                BinaryPrimitives.ReadInt64LittleEndian(entry[60..]),
                IsNew: entry[68] != 0);
        }

        return true;
    }
}
