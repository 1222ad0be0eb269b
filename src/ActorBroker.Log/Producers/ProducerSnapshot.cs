using System.Buffers.Binary;

namespace ActorBroker.Log;

/// <summary>The producer table as of one offset, as bytes.</summary>
/// <remarks>Big endian; also drawn in README, "Producer snapshot".
/// <code>
///  0  4  magic "ABPS"
///  4  2  version 1
///  6  4  number of producers
/// 10  8  offset: batches before it are covered
/// 18  …  producers
///        8  producer id      2  epoch        4  last sequence, −1 = next is 0
///        8  last write, ms   8  first offset of the open transaction, −1 = none
///        1  number of batches, 0–5, oldest first
///           4  first sequence  4  last sequence  8  base offset  8  last offset  8  timestamp
///  …  4  CRC-32C of all before
/// </code></remarks>
internal static class ProducerSnapshot
{
    private const uint Magic = 0x41425053;
    private const short Version = 1;
    private const int HeaderBytes = 18;
    private const int ProducerBytes = 31;
    private const int BatchBytes = 32;
    private const int CrcBytes = 4;

    public static byte[] Encode(ProducerTable table, Offset offset)
    {
        var size = HeaderBytes + CrcBytes;
        foreach (var producer in table.All) size += ProducerBytes + (producer.BatchCount * BatchBytes);
        var bytes = new byte[size];
        var at = bytes.AsSpan();
        BinaryPrimitives.WriteUInt32BigEndian(at, Magic);
        BinaryPrimitives.WriteInt16BigEndian(at[4..], Version);
        BinaryPrimitives.WriteInt32BigEndian(at[6..], table.Count);
        BinaryPrimitives.WriteInt64BigEndian(at[10..], offset.Value);
        at = at[HeaderBytes..];
        foreach (var producer in table.All) at = Write(at, producer);
        Check.That(at.Length == CrcBytes);
        BinaryPrimitives.WriteUInt32BigEndian(at, Crc32C.Of(bytes.AsSpan(0, size - CrcBytes)));
        return bytes;
    }

    /// <summary>Reads a snapshot into an empty table.</summary>
    /// <param name="expected">The offset that the file's name says.</param>
    /// <returns>False when the bytes are not exactly what <see cref="Encode"/> writes; then the table is empty.</returns>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, Offset expected, ProducerTable table)
    {
        Check.That(table.Count == 0);
        if (bytes.Length < HeaderBytes + CrcBytes) return false;
        var body = bytes[..^CrcBytes];
        if (BinaryPrimitives.ReadUInt32BigEndian(bytes) != Magic
            || BinaryPrimitives.ReadInt16BigEndian(bytes[4..]) != Version
            || BinaryPrimitives.ReadInt64BigEndian(bytes[10..]) != expected.Value
            || BinaryPrimitives.ReadUInt32BigEndian(bytes[^CrcBytes..]) != Crc32C.Of(body))
        {
            return false;
        }

        var count = BinaryPrimitives.ReadInt32BigEndian(bytes[6..]);
        var at = body[HeaderBytes..];
        for (var i = 0; i < count; i++)
        {
            if (TryRead(ref at, table)) continue;
            table.Clear();
            return false;
        }

        if (at.IsEmpty) return true;
        table.Clear();
        return false;
    }

    private static Span<byte> Write(Span<byte> at, ProducerState producer)
    {
        BinaryPrimitives.WriteInt64BigEndian(at, producer.ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(at[8..], producer.Epoch);
        BinaryPrimitives.WriteInt32BigEndian(at[10..], producer.LastSequence);
        BinaryPrimitives.WriteInt64BigEndian(at[14..], producer.LastWriteMs);
        BinaryPrimitives.WriteInt64BigEndian(at[22..], producer.TransactionStart.Value);
        at[30] = (byte)producer.BatchCount;
        at = at[ProducerBytes..];
        for (var i = 0; i < producer.BatchCount; i++)
        {
            var batch = producer[i];
            BinaryPrimitives.WriteInt32BigEndian(at, batch.FirstSequence);
            BinaryPrimitives.WriteInt32BigEndian(at[4..], batch.LastSequence);
            BinaryPrimitives.WriteInt64BigEndian(at[8..], batch.BaseOffset.Value);
            BinaryPrimitives.WriteInt64BigEndian(at[16..], batch.LastOffset.Value);
            BinaryPrimitives.WriteInt64BigEndian(at[24..], batch.Timestamp);
            at = at[BatchBytes..];
        }

        return at;
    }

    private static bool TryRead(ref ReadOnlySpan<byte> at, ProducerTable table)
    {
        if (at.Length < ProducerBytes) return false;
        var state = new ProducerState(BinaryPrimitives.ReadInt64BigEndian(at), BinaryPrimitives.ReadInt16BigEndian(at[8..]));
        var lastSequence = BinaryPrimitives.ReadInt32BigEndian(at[10..]);
        var lastWriteMs = BinaryPrimitives.ReadInt64BigEndian(at[14..]);
        var transactionStart = new Offset(BinaryPrimitives.ReadInt64BigEndian(at[22..]));
        var batchCount = at[30];
        at = at[ProducerBytes..];
        if (batchCount > ProducerState.BatchesMax || at.Length < batchCount * BatchBytes) return false;
        Span<ProducerBatch> batches = stackalloc ProducerBatch[ProducerState.BatchesMax];
        for (var i = 0; i < batchCount; i++)
        {
            batches[i] = new ProducerBatch(
                BinaryPrimitives.ReadInt32BigEndian(at),
                BinaryPrimitives.ReadInt32BigEndian(at[4..]),
                new Offset(BinaryPrimitives.ReadInt64BigEndian(at[8..])),
                new Offset(BinaryPrimitives.ReadInt64BigEndian(at[16..])),
                BinaryPrimitives.ReadInt64BigEndian(at[24..]));
            at = at[BatchBytes..];
        }

        state.Restore(lastSequence, lastWriteMs, transactionStart, batches[..batchCount]);
        table.Add(state);
        return true;
    }
}
