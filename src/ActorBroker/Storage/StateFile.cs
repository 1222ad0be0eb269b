using System.Buffers.Binary;
using System.Text;
using ActorBroker.Log;
using ActorBroker.Log.Files;

namespace ActorBroker.Storage;

/// <summary>One event as it lies in a <see cref="StateFile"/>.</summary>
/// <param name="Position">In bytes, where it was read; 0 in one that is still to be written.</param>
internal readonly record struct StateEntry(long SequenceNr, int SerializerId, string Manifest, byte[] Payload, long Position = 0);

/// <summary>
/// The file of one persistent actor's events: small, few, each durable before it counts.
/// <code>
/// file   "ABSTATE1", deletedTo int64, then frames
/// frame  length int32 (of what follows crc) | crc32c uint32 (of what follows) | sequenceNr int64 | serializerId int32
///        | manifestBytes uint16 | manifest UTF-8 | payload
/// </code>
/// All numbers are little endian. A frame that the file ends in the middle of was never acknowledged: it is cut when the
/// file is next written. A whole frame with a wrong checksum is damage and stops the actor.
/// </summary>
/// <remarks>Stateless: opens and closes the file in each call. The journal that calls it is the file's one owner.</remarks>
internal static class StateFile
{
    public const string Name = "events.state";

    private const int HeaderBytes = 16;
    private const int FrameBytesBeforePayload = 8;
    private const int FrameBytesMin = FrameBytesBeforePayload + 14;
    private const int FrameBytesMax = 64 * ByteSizes.MiB;
    private static readonly byte[] Magic = "ABSTATE1"u8.ToArray();

    /// <summary>Appends the entries with one write and one flush.</summary>
    /// <exception cref="LogIOException">The disk refused; nothing may be taken as written.</exception>
    public static void Append(ILogFiles files, string folder, IReadOnlyList<StateEntry> entries)
    {
        var path = Path.Combine(folder, Name);
        using var buffer = new MemoryStream();
        if (!files.FileExists(path))
        {
            // In one step with its first entries: a node may create thousands of these at once.
            buffer.Write(Header(deletedTo: 0));
            WriteFrames(buffer, entries);
            files.CreateFolder(folder);
            files.Replace(path, buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
            return;
        }

        var end = Read(files, folder, out _, out _);
        WriteFrames(buffer, entries);
        using var file = files.Open(path);
        if (file.Length > end)
        {
            file.SetLength(end);
        }

        file.Write(buffer.GetBuffer().AsSpan(0, (int)buffer.Length), end);
        file.Flush();
    }

    /// <summary>Reads all whole frames.</summary>
    /// <returns>Where the whole frames end.</returns>
    /// <exception cref="LogCorruptException">A whole frame is damaged.</exception>
    public static long Read(ILogFiles files, string folder, out List<StateEntry> entries, out long deletedTo)
    {
        entries = [];
        deletedTo = 0;
        var path = Path.Combine(folder, Name);
        if (files.ReadAll(path) is not { } bytes)
        {
            return HeaderBytes;
        }

        if (bytes.Length < HeaderBytes || !bytes.AsSpan(0, Magic.Length).SequenceEqual(Magic))
        {
            throw new LogCorruptException(path, 0, "this is not a state file");
        }

        deletedTo = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(Magic.Length));
        var at = HeaderBytes;
        while (TryReadFrame(path, bytes, at, out var entry, out var frameBytes))
        {
            // Deleting writes the file anew, and no checksum covers how far: an event that lies there has not been deleted.
            if (entry.SequenceNr <= deletedTo)
            {
                throw new LogCorruptException(path, Magic.Length, $"event {entry.SequenceNr} is there, and all up to {deletedTo} are said to be deleted");
            }

            if (entries.Count > 0 && entry.SequenceNr <= entries[^1].SequenceNr)
            {
                throw new LogCorruptException(path, at, $"event {entry.SequenceNr} follows event {entries[^1].SequenceNr}");
            }

            at += frameBytes;
            entries.Add(entry);
        }

        return at;
    }

    /// <summary>Forgets the events up to <paramref name="toSequenceNr"/>; the file is rewritten in one step.</summary>
    public static void DeleteTo(ILogFiles files, string folder, long toSequenceNr)
    {
        if (!files.FileExists(Path.Combine(folder, Name)))
        {
            return;
        }

        Read(files, folder, out var entries, out var deletedTo);
        if (toSequenceNr <= deletedTo)
        {
            return;
        }

        using var buffer = new MemoryStream();
        var highest = entries.Count > 0 ? entries[^1].SequenceNr : deletedTo;
        buffer.Write(Header(Math.Min(toSequenceNr, highest)));
        foreach (var entry in entries)
        {
            if (entry.SequenceNr > toSequenceNr)
            {
                buffer.Write(Frame(entry));
            }
        }

        files.Replace(Path.Combine(folder, Name), buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
    }

    private static bool TryReadFrame(string path, byte[] bytes, int at, out StateEntry entry, out int frameBytes)
    {
        entry = default;
        frameBytes = 0;
        var rest = bytes.AsSpan(at);
        if (rest.Length < FrameBytesMin)
        {
            return false;
        }

        var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
        if (length == 0 && NothingFrom(bytes, at))
        {
            return false;
        }

        if (length is < FrameBytesMin - FrameBytesBeforePayload or > FrameBytesMax)
        {
            throw new LogCorruptException(path, at, $"a frame cannot have {length} bytes");
        }

        if (length > rest.Length - FrameBytesBeforePayload)
        {
            // Torn, unless it is the length that was damaged: then whole frames lie behind it.
            return HoldsFrame(bytes, at + 1)
                ? throw new LogCorruptException(path, at, $"a frame of {length} bytes is larger than the file, and others follow it")
                : false;
        }

        var body = rest.Slice(FrameBytesBeforePayload, length);
        if (Crc32C.Of(body) != BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]))
        {
            // The last frame may be a write that the power cut short; one with frames behind it was acknowledged.
            return NothingFrom(bytes, at + FrameBytesBeforePayload + length)
                ? false
                : throw new LogCorruptException(path, at, "the checksum of an event is wrong");
        }

        int manifestBytes = BinaryPrimitives.ReadUInt16LittleEndian(body[12..]);
        if (manifestBytes > length - 14)
        {
            throw new LogCorruptException(path, at, $"a manifest of {manifestBytes} bytes does not fit its frame");
        }

        frameBytes = FrameBytesBeforePayload + length;
        entry = new StateEntry(
            BinaryPrimitives.ReadInt64LittleEndian(body),
            BinaryPrimitives.ReadInt32LittleEndian(body[8..]),
            Encoding.UTF8.GetString(body.Slice(14, manifestBytes)),
            body[(14 + manifestBytes)..].ToArray(),
            at);
        return true;
    }

    /// <summary>True when a whole frame with a valid checksum begins at or behind a position.</summary>
    private static bool HoldsFrame(byte[] bytes, int from)
    {
        for (var at = from; bytes.Length - at >= FrameBytesMin; at++)
        {
            var rest = bytes.AsSpan(at);
            var length = BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length >= FrameBytesMin - FrameBytesBeforePayload
                && length <= rest.Length - FrameBytesBeforePayload
                && Crc32C.Of(rest.Slice(FrameBytesBeforePayload, length)) == BinaryPrimitives.ReadUInt32LittleEndian(rest[4..]))
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The end of the file, or the zeros a power cut leaves where the file had grown and its data was still to come.</summary>
    private static bool NothingFrom(byte[] bytes, int at) => !bytes.AsSpan(at).ContainsAnyExcept((byte)0);

    private static byte[] Header(long deletedTo)
    {
        var header = new byte[HeaderBytes];
        Magic.CopyTo(header, 0);
        BinaryPrimitives.WriteInt64LittleEndian(header.AsSpan(Magic.Length), deletedTo);
        return header;
    }

    private static void WriteFrames(MemoryStream buffer, IReadOnlyList<StateEntry> entries)
    {
        foreach (var entry in entries)
        {
            buffer.Write(Frame(entry));
        }
    }

    private static byte[] Frame(StateEntry entry)
    {
        var manifest = Encoding.UTF8.GetBytes(entry.Manifest);
        Check.AtMost(manifest.Length, ushort.MaxValue);
        var frame = new byte[FrameBytesMin + manifest.Length + entry.Payload.Length];
        Check.AtMost(frame.Length, FrameBytesMax);
        var body = frame.AsSpan(FrameBytesBeforePayload);
        BinaryPrimitives.WriteInt64LittleEndian(body, entry.SequenceNr);
        BinaryPrimitives.WriteInt32LittleEndian(body[8..], entry.SerializerId);
        BinaryPrimitives.WriteUInt16LittleEndian(body[12..], (ushort)manifest.Length);
        manifest.CopyTo(body[14..]);
        entry.Payload.CopyTo(body[(14 + manifest.Length)..]);
        BinaryPrimitives.WriteInt32LittleEndian(frame, body.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(4), Crc32C.Of(body));
        return frame;
    }
}
