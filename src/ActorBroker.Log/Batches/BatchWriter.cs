using System.Buffers;
using System.Buffers.Binary;
using static ActorBroker.Log.BatchHeaderLayout;

namespace ActorBroker.Log;

/// <summary>Builds one batch (magic 2) out of records. Reusable after <see cref="Clear"/>; not thread-safe.</summary>
/// <remarks>Set the header's properties, add records, take the bytes. The defaults are a plain producer's: no codec, create time,
/// no producer id, base offset 0, epoch −1.</remarks>
public sealed class BatchWriter
{
    private static readonly byte[] NoHeaders = [0];
    private readonly ArrayBufferWriter<byte> _payload = new();
    private long _baseTimestamp = -1;
    private long _maxTimestamp = -1;
    private int _lastDelta = -1;

    /// <summary>A writer with the header of another batch, for writing some of its records again (compaction, recompression): the
    /// offsets it covers, epoch, codec, producer, timestamp rule and bits are kept. Add the records with
    /// <see cref="Add(Record)"/>.</summary>
    public static BatchWriter Like(BatchView batch) => new()
    {
        BaseOffset = batch.BaseOffset,
        LastOffsetDelta = batch.LastOffsetDelta,
        Epoch = batch.Epoch,
        Codec = batch.Codec,
        TimestampType = batch.TimestampType,
        MaxTimestamp = batch.TimestampType == TimestampType.LogAppendTime ? batch.MaxTimestamp : null,
        DeleteHorizon = batch.HasDeleteHorizon ? batch.BaseTimestamp : null,
        IsTransactional = batch.IsTransactional,
        IsControl = batch.IsControl,
        ProducerId = batch.ProducerId,
        ProducerEpoch = batch.ProducerEpoch,
        BaseSequence = batch.BaseSequence,
    };

    public Offset BaseOffset { get; set; }

    /// <summary>Last offset minus base offset; null: that of the last record. Set by compaction, which keeps the range a batch
    /// covers.</summary>
    public int? LastOffsetDelta { get; set; }

    public LeaderEpoch Epoch { get; set; } = LeaderEpoch.None;

    public CompressionCodec Codec { get; set; }

    public TimestampType TimestampType { get; set; }

    /// <summary>Milliseconds since 1970, UTC; null: the largest of the records. With log append time it is the time of all of
    /// them.</summary>
    public long? MaxTimestamp { get; set; }

    /// <summary>Milliseconds since 1970, UTC, after which tombstones and markers may go; takes the place of the base timestamp.
    /// Set before the first record.</summary>
    public long? DeleteHorizon { get; set; }

    public bool IsTransactional { get; set; }

    public bool IsControl { get; set; }

    public long ProducerId { get; set; } = -1;

    public short ProducerEpoch { get; set; } = -1;

    public int BaseSequence { get; set; } = -1;

    /// <summary>Records added so far.</summary>
    public int Count { get; private set; }

    /// <summary>Size of the whole batch if it were taken now, before compression.</summary>
    public int SizeInBytes => checked(PayloadAt + _payload.WrittenCount);

    /// <summary>Adds a record behind the last one, at the next offset.</summary>
    /// <param name="timestampMs">Milliseconds since 1970, UTC; need not rise.</param>
    public void Add(long timestampMs, NullableBytes key, NullableBytes value, IReadOnlyList<RecordHeader>? headers = null)
    {
        if (headers is null || headers.Count == 0)
        {
            Add(_lastDelta + 1, timestampMs, key, value, NoHeaders);
            return;
        }

        var rented = ArrayPool<byte>.Shared.Rent(RecordWriter.SizeOfHeaders(headers));
        var sectionBytes = RecordWriter.WriteHeaders(rented, headers);
        Add(_lastDelta + 1, timestampMs, key, value, rented.AsSpan(0, sectionBytes));
        ArrayPool<byte>.Shared.Return(rented);
    }

    /// <summary>Adds a copy of a record at its own offset, which is above the last one's and not below <see cref="BaseOffset"/>.</summary>
    public void Add(Record record)
    {
        Check.That(record.Offset >= BaseOffset);
        Add(checked((int)(record.Offset - BaseOffset)), record.Timestamp, record.Key, record.Value, record.HeaderSection);
    }

    /// <summary>Forgets the records; the header's properties stay.</summary>
    public void Clear()
    {
        _payload.ResetWrittenCount();
        (_baseTimestamp, _maxTimestamp, _lastDelta, Count) = (-1, -1, -1, 0);
    }

    /// <summary>The batch as an array of its own.</summary>
    public byte[] ToArray()
    {
        if (Codec == CompressionCodec.None || Count == 0) return ToArray(_payload.WrittenSpan);
        using var compressed = PayloadCodec.Compress(Codec, _payload.WrittenSpan);
        return ToArray(compressed.Bytes.Span);
    }

    /// <summary>The batch in pooled bytes.</summary>
    public BatchLease ToLease()
    {
        var output = new OutputBuffer(Array.MaxLength);
        WriteTo(output);
        return output.ToLease();
    }

    /// <summary>Appends the batch to <paramref name="output"/> and returns its size in bytes.</summary>
    public int WriteTo(IBufferWriter<byte> output)
    {
        if (Codec == CompressionCodec.None || Count == 0) return WriteTo(output, _payload.WrittenSpan);
        using var compressed = PayloadCodec.Compress(Codec, _payload.WrittenSpan);
        return WriteTo(output, compressed.Bytes.Span);
    }

    private void Add(int offsetDelta, long timestampMs, NullableBytes key, NullableBytes value, ReadOnlySpan<byte> headerSection)
    {
        Check.That(offsetDelta > _lastDelta);
        if (Count == 0) _baseTimestamp = DeleteHorizon ?? timestampMs;
        RecordWriter.Write(_payload, unchecked(timestampMs - _baseTimestamp), offsetDelta, key, value, headerSection);
        _maxTimestamp = Count == 0 ? timestampMs : Math.Max(_maxTimestamp, timestampMs);
        _lastDelta = offsetDelta;
        Count++;
    }

    private byte[] ToArray(ReadOnlySpan<byte> payload)
    {
        var batch = GC.AllocateUninitializedArray<byte>(checked(PayloadAt + payload.Length));
        Write(batch, payload);
        return batch;
    }

    private int WriteTo(IBufferWriter<byte> output, ReadOnlySpan<byte> payload)
    {
        var size = checked(PayloadAt + payload.Length);
        Write(output.GetSpan(size)[..size], payload);
        output.Advance(size);
        return size;
    }

    private void Write(Span<byte> batch, ReadOnlySpan<byte> payload)
    {
        var lastOffsetDelta = LastOffsetDelta ?? _lastDelta;
        Check.That(lastOffsetDelta >= 0);
        Check.That(lastOffsetDelta >= _lastDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseOffsetAt..], BaseOffset.Value);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthAt..], batch.Length - BytesBeforeLengthCounts);
        BinaryPrimitives.WriteInt32BigEndian(batch[EpochAt..], Epoch.Value);
        batch[MagicAt] = Magic;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], AttributeBits());
        BinaryPrimitives.WriteInt32BigEndian(batch[LastOffsetDeltaAt..], lastOffsetDelta);
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseTimestampAt..], Count == 0 ? DeleteHorizon ?? -1 : _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], MaxTimestamp ?? _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdAt..], ProducerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochAt..], ProducerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequenceAt..], BaseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordCountAt..], Count);
        payload.CopyTo(batch[PayloadAt..]);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[CrcFrom..]));
    }

    private short AttributeBits()
    {
        Check.That(Codec <= CompressionCodec.Zstd);
        var bits = (int)Codec;
        if (TimestampType == TimestampType.LogAppendTime) bits |= LogAppendTimeBit;
        if (IsTransactional) bits |= TransactionalBit;
        if (IsControl) bits |= ControlBit;
        if (DeleteHorizon is not null) bits |= DeleteHorizonBit;
        return (short)bits;
    }
}
