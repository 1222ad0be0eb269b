using System.Buffers.Binary;
using static ActorBroker.Log.BatchHeaderLayout;

namespace ActorBroker.Log;

/// <summary>One record batch (magic 2) seen in place. Big endian; layout in README, "Batch".</summary>
/// <remarks>Valid as long as the bytes under it are. Allocates nothing. The properties never throw, except
/// <see cref="Payload"/> of a batch that is not whole.</remarks>
public readonly ref struct BatchView
{
    /// <summary>Size of the fixed part, and of the smallest legal batch (one that compaction emptied).</summary>
    public const int HeaderBytes = PayloadAt;

    private readonly ReadOnlySpan<byte> _bytes;

    private BatchView(ReadOnlySpan<byte> bytes) => _bytes = bytes;

    /// <summary>Reads the batch at the start of untrusted bytes: length, magic, CRC, counts. Never throws; allocates nothing.</summary>
    /// <param name="bytes">May go on after the batch; what follows is not looked at.</param>
    /// <param name="batchBytesMax">Largest whole batch accepted, in bytes.</param>
    /// <param name="batch">Usable only when the answer is <see cref="BatchError.None"/>.</param>
    public static BatchError Read(ReadOnlySpan<byte> bytes, int batchBytesMax, out BatchView batch)
    {
        var error = Locate(bytes, batchBytesMax, out var whole);
        if (error == BatchError.None && !whole.IsWhole) error = BatchError.Incomplete;
        if (error == BatchError.None && Crc32C.Of(whole._bytes[CrcFrom..]) != whole.Crc) error = BatchError.BadCrc;
        if (error == BatchError.None && !whole.CountsFit) error = BatchError.BadRecordCount;
        batch = error == BatchError.None ? whole : default;
        return error;
    }

    /// <summary>Reads only the fixed part, for walking a log: the payload need not be there and the CRC is not checked.
    /// Never throws; allocates nothing.</summary>
    /// <param name="bytes">At least <see cref="HeaderBytes"/>; may end inside the batch or go on after it.</param>
    /// <param name="batchBytesMax">Largest whole batch accepted, in bytes.</param>
    /// <param name="batch">Usable only when the answer is <see cref="BatchError.None"/>; see <see cref="IsWhole"/>.</param>
    public static BatchError ReadHeader(ReadOnlySpan<byte> bytes, int batchBytesMax, out BatchView batch)
    {
        var error = Locate(bytes, batchBytesMax, out var found);
        if (error == BatchError.None && !found.CountsFit) error = BatchError.BadRecordCount;
        batch = error == BatchError.None ? found : default;
        return error;
    }

    /// <summary>Offset of the first record as first written; compaction may have removed that record. Producers send 0.</summary>
    public Offset BaseOffset => new(BinaryPrimitives.ReadInt64BigEndian(_bytes[BaseOffsetAt..]));

    /// <summary>Last offset minus base offset: 0 or more.</summary>
    public int LastOffsetDelta => BinaryPrimitives.ReadInt32BigEndian(_bytes[LastOffsetDeltaAt..]);

    /// <summary>Offset of the last record as first written. Wraps when the base offset is hostile: check that offsets rise.</summary>
    public Offset LastOffset => new(unchecked(BaseOffset.Value + LastOffsetDelta));

    /// <summary>The offset after this batch, where reading continues.</summary>
    public Offset NextOffset => new(unchecked(BaseOffset.Value + LastOffsetDelta + 1));

    /// <summary>Size of the whole batch, whether all its bytes are here or not.</summary>
    public int SizeInBytes => BytesBeforeLengthCounts + BinaryPrimitives.ReadInt32BigEndian(_bytes[LengthAt..]);

    /// <summary>Leadership under which the batch was appended; meaningless before <see cref="Stamp"/>. Not covered by the CRC.</summary>
    public LeaderEpoch Epoch => new(BinaryPrimitives.ReadInt32BigEndian(_bytes[EpochAt..]));

    /// <summary>The stored CRC-32C of everything from the attributes on.</summary>
    public uint Crc => BinaryPrimitives.ReadUInt32BigEndian(_bytes[CrcAt..]);

    /// <summary>All attribute bits as stored; bits 7-15 have no meaning.</summary>
    public short Attributes => BinaryPrimitives.ReadInt16BigEndian(_bytes[AttributesAt..]);

    /// <summary>May be a number that has no name (5-7): <see cref="BatchCheck"/> refuses these.</summary>
    public CompressionCodec Codec => (CompressionCodec)(Attributes & CodecMask);

    public TimestampType TimestampType => HasBit(LogAppendTimeBit) ? TimestampType.LogAppendTime : TimestampType.CreateTime;

    public bool IsTransactional => HasBit(TransactionalBit);

    /// <summary>Written by brokers only (transaction markers, leader changes); consumers skip its records but count its offsets.</summary>
    public bool IsControl => HasBit(ControlBit);

    /// <summary>Compaction put the time after which tombstones and markers may go into <see cref="BaseTimestamp"/>.</summary>
    public bool HasDeleteHorizon => HasBit(DeleteHorizonBit);

    /// <summary>Milliseconds since 1970, UTC; what the records' timestamp deltas count from. −1 in an empty batch.</summary>
    public long BaseTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes[BaseTimestampAt..]);

    /// <summary>Milliseconds since 1970, UTC; −1 where no record has one.</summary>
    public long MaxTimestamp => BinaryPrimitives.ReadInt64BigEndian(_bytes[MaxTimestampAt..]);

    /// <summary>−1 for a producer that is neither idempotent nor transactional; then epoch and sequence mean nothing.</summary>
    public long ProducerId => BinaryPrimitives.ReadInt64BigEndian(_bytes[ProducerIdAt..]);

    public short ProducerEpoch => BinaryPrimitives.ReadInt16BigEndian(_bytes[ProducerEpochAt..]);

    /// <summary>Sequence number of the first record, −1 for none.</summary>
    public int BaseSequence => BinaryPrimitives.ReadInt32BigEndian(_bytes[BaseSequenceAt..]);

    /// <summary>Sequence number of the last record; after 2^31−1 comes 0. −1 when there is no base sequence.</summary>
    public int LastSequence => BaseSequence < 0 ? BaseSequence : unchecked(BaseSequence + LastOffsetDelta) & int.MaxValue;

    /// <summary>Records in the payload: 0 … last offset delta + 1; fewer than the offsets only after compaction.</summary>
    public int RecordCount => BinaryPrimitives.ReadInt32BigEndian(_bytes[RecordCountAt..]);

    /// <summary>True when the bytes of the whole batch are here; always after <see cref="Read"/>.</summary>
    public bool IsWhole => _bytes.Length == SizeInBytes;

    /// <summary>The records, plain or as one compressed stream. Only of a whole batch.</summary>
    public ReadOnlySpan<byte> Payload
    {
        get
        {
            Check.That(IsWhole);
            return _bytes[PayloadAt..];
        }
    }

    /// <summary>The batch from its first byte; all of it when <see cref="IsWhole"/>, else as much as there was.</summary>
    public ReadOnlySpan<byte> Bytes => _bytes;

    private bool CountsFit => LastOffsetDelta >= 0 && RecordCount >= 0 && RecordCount <= (long)LastOffsetDelta + 1;

    /// <summary>Gives a batch its place in the log, in place. The CRC covers neither field and stays valid.</summary>
    /// <param name="batch">Starts with the batch; twelve of its bytes are overwritten.</param>
    /// <param name="baseOffset">Offset of the first record; not negative.</param>
    /// <param name="epoch">The leader's.</param>
    public static void Stamp(Span<byte> batch, Offset baseOffset, LeaderEpoch epoch)
    {
        Check.That(batch.Length >= HeaderBytes);
        Check.That(baseOffset >= Offset.Zero);
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseOffsetAt..], baseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[EpochAt..], epoch.Value);
    }

    /// <summary>Gives every record of a batch the broker's time, in place: bit 3, max timestamp, and a new CRC.</summary>
    /// <param name="batch">Exactly one whole batch. The cost is that of a CRC over it.</param>
    /// <param name="timestampMs">Milliseconds since 1970, UTC.</param>
    public static void StampLogAppendTime(Span<byte> batch, long timestampMs)
    {
        Check.That(batch.Length >= HeaderBytes);
        Check.That(batch.Length == (long)BytesBeforeLengthCounts + BinaryPrimitives.ReadInt32BigEndian(batch[LengthAt..]));
        batch[AttributesAt + 1] |= LogAppendTimeBit;
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], timestampMs);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[CrcFrom..]));
    }

    private static BatchError Locate(ReadOnlySpan<byte> bytes, int batchBytesMax, out BatchView batch)
    {
        batch = default;

        // Every format has its magic at byte 16 and no message set is shorter, so an old one is named before its size is doubted.
        if (bytes.Length > MagicAt && bytes[MagicAt] != Magic) return BatchError.UnknownMagic;
        if (bytes.Length < HeaderBytes) return BatchError.Incomplete;
        var batchBytes = (long)BytesBeforeLengthCounts + BinaryPrimitives.ReadInt32BigEndian(bytes[LengthAt..]);
        if (batchBytes < HeaderBytes) return BatchError.LengthTooSmall;
        if (batchBytes > batchBytesMax) return BatchError.TooLarge;
        batch = new BatchView(bytes[..(int)Math.Min(batchBytes, bytes.Length)]);
        return BatchError.None;
    }

    private bool HasBit(int bit) => (Attributes & bit) != 0;
}
