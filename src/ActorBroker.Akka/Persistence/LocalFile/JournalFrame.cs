using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorBroker.LocalFiles;

/// <summary>One event as a journal file keeps it: what is needed to make it an object again.</summary>
internal sealed record StoredEvent(
    long SequenceNr, long Timestamp, string WriterGuid, string EventManifest, int SerializerId, string SerializerManifest, ReadOnlyMemory<byte> Payload);

/// <summary>
/// The frames of a journal file. All numbers are little endian, texts are UTF-8 after their length in bytes (uint16).
/// <code>
/// frame   length uint32 (of what follows crc) | uint32: crc32c of what follows, xor length | kind uint8 | body
/// kind 1  events of one write:  count uint32, then each
///         sequenceNr int64 | timestamp int64 | writerGuid text | eventManifest text | serializerId int32 | serializerManifest text
///         | payloadBytes uint32 | payload
/// kind 2  deleted up to:  toSequenceNr int64 | highestSequenceNr int64
/// kind 3  first of a file:  persistenceId text
/// </code>
/// </summary>
internal static class JournalFrame
{
    public const int HeaderBytes = 8;
    public const byte Events = 1;
    public const byte DeletedTo = 2;
    public const byte Identity = 3;

    /// <summary>A length beyond it is damage and not a very large event.</summary>
    public const int FrameBytesMax = 256 * ByteSizes.MiB;

    public static byte[] OfEvents(IReadOnlyList<StoredEvent> events)
    {
        Check.That(events.Count > 0);
        var body = Begin(Events);
        WriteInt32(body, events.Count);
        foreach (var one in events)
        {
            WriteInt64(body, one.SequenceNr);
            WriteInt64(body, one.Timestamp);
            WriteText(body, one.WriterGuid);
            WriteText(body, one.EventManifest);
            WriteInt32(body, one.SerializerId);
            WriteText(body, one.SerializerManifest);
            WriteInt32(body, one.Payload.Length);
            body.Write(one.Payload.Span);
        }

        return End(body);
    }

    public static byte[] OfDeletion(long toSequenceNr, long highestSequenceNr)
    {
        var body = Begin(DeletedTo);
        WriteInt64(body, toSequenceNr);
        WriteInt64(body, highestSequenceNr);
        return End(body);
    }

    public static byte[] OfIdentity(string persistenceId)
    {
        var body = Begin(Identity);
        WriteText(body, persistenceId);
        return End(body);
    }

    /// <summary>Bytes of the frame with its header; null when the file ends before the frame does.</summary>
    /// <param name="rest">From the frame to the end of the file.</param>
    /// <exception cref="InvalidDataException">The frame is there and damaged.</exception>
    public static int? Measure(ReadOnlySpan<byte> rest)
    {
        if (rest.Length < HeaderBytes)
        {
            return null;
        }

        var length = BinaryPrimitives.ReadUInt32LittleEndian(rest);
        if (length is 0 or > FrameBytesMax)
        {
            throw new InvalidDataException($"a frame cannot be {length} bytes long");
        }

        if (length > rest.Length - HeaderBytes)
        {
            return null;
        }

        var frameBytes = HeaderBytes + (int)length;
        return Checksum(rest[..frameBytes]) == BinaryPrimitives.ReadUInt32LittleEndian(rest[sizeof(uint)..])
            ? frameBytes
            : throw new InvalidDataException("the checksum of a frame is wrong");
    }

    public static byte KindOf(ReadOnlySpan<byte> frame) => frame[HeaderBytes];

    /// <exception cref="InvalidDataException">The checksum is right and the content is not: written by another version.</exception>
    public static List<StoredEvent> ReadEvents(ReadOnlyMemory<byte> frame)
    {
        var reader = new Reader(frame[(HeaderBytes + 1)..]);
        var events = new List<StoredEvent>();
        for (var count = reader.Int32(); count > 0; count--)
        {
            var sequenceNr = reader.Int64();
            var timestamp = reader.Int64();
            var writerGuid = reader.Text();
            var eventManifest = reader.Text();
            var serializerId = reader.Int32();
            var serializerManifest = reader.Text();
            events.Add(new StoredEvent(
                sequenceNr, timestamp, writerGuid, eventManifest, serializerId, serializerManifest, reader.Take(reader.Int32())));
        }

        return events;
    }

    /// <inheritdoc cref="ReadEvents"/>
    public static (long ToSequenceNr, long HighestSequenceNr) ReadDeletion(ReadOnlyMemory<byte> frame)
    {
        var reader = new Reader(frame[(HeaderBytes + 1)..]);
        return (reader.Int64(), reader.Int64());
    }

    /// <inheritdoc cref="ReadEvents"/>
    public static string ReadIdentity(ReadOnlyMemory<byte> frame) => new Reader(frame[(HeaderBytes + 1)..]).Text();

    private static uint Checksum(ReadOnlySpan<byte> frame) =>
        Crc32C.Of(frame[HeaderBytes..]) ^ (uint)(frame.Length - HeaderBytes);

    private static ArrayBufferWriter<byte> Begin(byte kind)
    {
        var body = new ArrayBufferWriter<byte>();
        body.Write(new byte[HeaderBytes]);
        body.Write([kind]);
        return body;
    }

    private static byte[] End(ArrayBufferWriter<byte> body)
    {
        Check.AtMost(body.WrittenCount - HeaderBytes, FrameBytesMax);
        var frame = body.WrittenSpan.ToArray();
        BinaryPrimitives.WriteUInt32LittleEndian(frame, (uint)(frame.Length - HeaderBytes));
        BinaryPrimitives.WriteUInt32LittleEndian(frame.AsSpan(sizeof(uint)), Checksum(frame));
        return frame;
    }

    private static void WriteInt32(ArrayBufferWriter<byte> body, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(body.GetSpan(sizeof(int)), value);
        body.Advance(sizeof(int));
    }

    private static void WriteInt64(ArrayBufferWriter<byte> body, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(body.GetSpan(sizeof(long)), value);
        body.Advance(sizeof(long));
    }

    private static void WriteText(ArrayBufferWriter<byte> body, string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        if (bytes.Length > ushort.MaxValue)
        {
            throw new ArgumentException($"A manifest or id of {bytes.Length} bytes is longer than a journal file takes: {ushort.MaxValue}.", nameof(value));
        }

        BinaryPrimitives.WriteUInt16LittleEndian(body.GetSpan(sizeof(ushort)), (ushort)bytes.Length);
        body.Advance(sizeof(ushort));
        body.Write(bytes);
    }

    /// <summary>The first field that does not fit ends the reading.</summary>
    private struct Reader(ReadOnlyMemory<byte> rest)
    {
        private ReadOnlyMemory<byte> _rest = rest;

        public int Int32() => BinaryPrimitives.ReadInt32LittleEndian(Take(sizeof(int)).Span);

        public long Int64() => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long)).Span);

        public string Text() => Encoding.UTF8.GetString(Take(BinaryPrimitives.ReadUInt16LittleEndian(Take(sizeof(ushort)).Span)).Span);

        public ReadOnlyMemory<byte> Take(int length)
        {
            if (length < 0 || length > _rest.Length)
            {
                throw new InvalidDataException("a field does not fit its frame");
            }

            var taken = _rest[..length];
            _rest = _rest[length..];
            return taken;
        }
    }
}
