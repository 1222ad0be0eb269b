using System.Buffers.Binary;
using static ActorBroker.Log.BatchHeaderLayout;

namespace ActorBroker.Log;

/// <summary>Builds one batch of a client in place: records are written where they will be sent from. Not thread-safe.</summary>
/// <remarks>For whoever builds many batches of about one size and keeps their buffers; <see cref="BatchWriter"/> can more and copies.</remarks>
public sealed class BatchBuffer
{
    private readonly int _sizeMax;
    private int _end = PayloadAt;
    private long _baseTimestamp = -1;
    private long _maxTimestamp = -1;
    private byte[]? _compressed;

    /// <param name="bytes">Belongs to this object until its owner has no more use for <see cref="Seal"/>'s result; replaced when it is too small.</param>
    /// <param name="sizeMax">Of the whole batch before compression, in bytes. A first record above it is taken all the same.</param>
    public BatchBuffer(byte[] bytes, int sizeMax)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes.Length, PayloadAt);
        Bytes = bytes;
        _sizeMax = sizeMax;
    }

    /// <summary>What the records are in now: to be reused when the batch is done.</summary>
    public byte[] Bytes { get; private set; }

    public int Count { get; private set; }

    /// <summary>Of the whole batch, before compression.</summary>
    public int SizeInBytes => _end;

    /// <summary>Most bytes that a record with so many bytes of key, value and headers takes.</summary>
    public static int RecordBytesMax(int contentBytes) => checked(contentBytes + 1 + VarInt.BytesMax64 + (4 * VarInt.BytesMax32));

    /// <summary>Bytes of a record's headers with their count.</summary>
    public static int SizeOfHeaders(IReadOnlyList<RecordHeader>? headers) =>
        headers is null || headers.Count == 0 ? 1 : RecordWriter.SizeOfHeaders(headers);

    /// <summary>Adds a record behind the last one. False: it does not fit, and nothing has changed.</summary>
    /// <param name="timestampMs">Milliseconds since 1970, UTC; need not rise.</param>
    /// <param name="headerBytes">What <see cref="SizeOfHeaders"/> says.</param>
    public bool TryAdd(long timestampMs, NullableBytes key, NullableBytes value, IReadOnlyList<RecordHeader>? headers, int headerBytes)
    {
        var timestampDelta = Count == 0 ? 0 : unchecked(timestampMs - _baseTimestamp);
        var recordBytes = RecordWriter.SizeOf(timestampDelta, Count, key, value, headerBytes);
        var end = checked(_end + VarInt.SizeOf(recordBytes) + recordBytes);
        if (end > _sizeMax && Count > 0) return false;

        if (end > Bytes.Length) Grow(end);
        if (Count == 0) (_baseTimestamp, _maxTimestamp) = (timestampMs, timestampMs);
        _maxTimestamp = Math.Max(_maxTimestamp, timestampMs);

        var at = _end + VarInt.Write(Bytes.AsSpan(_end), recordBytes);
        at += RecordWriter.WriteBeforeHeaders(Bytes.AsSpan(at), timestampDelta, Count, key, value);
        if (headers is null || headers.Count == 0) Bytes[at++] = 0;
        else at += RecordWriter.WriteHeaders(Bytes.AsSpan(at), headers);

        Check.That(at == end);
        _end = end;
        Count++;
        return true;
    }

    /// <summary>Writes the header and gives the batch. No record is added afterwards; called again for other producer numbers.</summary>
    /// <param name="codec">The same in each call. Where compressing does not help, the batch stays plain.</param>
    /// <param name="producerId">−1: none, then epoch and sequence are −1, too.</param>
    public ReadOnlyMemory<byte> Seal(CompressionCodec codec, long producerId, short producerEpoch, int baseSequence)
    {
        Check.That(Count > 0);
        if (codec != CompressionCodec.None && _compressed is null) Compress(codec);
        var isCompressed = _compressed is { Length: > 0 };
        var batch = isCompressed ? _compressed.AsMemory() : Bytes.AsMemory(0, _end);
        WriteHeader(batch.Span, isCompressed ? codec : CompressionCodec.None, producerId, producerEpoch, baseSequence);
        return batch;
    }

    private void WriteHeader(Span<byte> batch, CompressionCodec codec, long producerId, short producerEpoch, int baseSequence)
    {
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseOffsetAt..], 0);
        BinaryPrimitives.WriteInt32BigEndian(batch[LengthAt..], batch.Length - BytesBeforeLengthCounts);
        BinaryPrimitives.WriteInt32BigEndian(batch[EpochAt..], LeaderEpoch.None.Value);
        batch[MagicAt] = Magic;
        BinaryPrimitives.WriteInt16BigEndian(batch[AttributesAt..], (short)codec);
        BinaryPrimitives.WriteInt32BigEndian(batch[LastOffsetDeltaAt..], Count - 1);
        BinaryPrimitives.WriteInt64BigEndian(batch[BaseTimestampAt..], _baseTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[MaxTimestampAt..], _maxTimestamp);
        BinaryPrimitives.WriteInt64BigEndian(batch[ProducerIdAt..], producerId);
        BinaryPrimitives.WriteInt16BigEndian(batch[ProducerEpochAt..], producerEpoch);
        BinaryPrimitives.WriteInt32BigEndian(batch[BaseSequenceAt..], baseSequence);
        BinaryPrimitives.WriteInt32BigEndian(batch[RecordCountAt..], Count);
        BinaryPrimitives.WriteUInt32BigEndian(batch[CrcAt..], Crc32C.Of(batch[CrcFrom..]));
    }

    private void Compress(CompressionCodec codec)
    {
        var plain = Bytes.AsSpan(PayloadAt, _end - PayloadAt);
        using var compressed = PayloadCodec.Compress(codec, plain);
        _compressed = compressed.Length >= plain.Length ? [] : GC.AllocateUninitializedArray<byte>(PayloadAt + compressed.Length);
        if (_compressed.Length > 0) compressed.Bytes.Span.CopyTo(_compressed.AsSpan(PayloadAt));
    }

    private void Grow(int sizeMin)
    {
        var size = Math.Max(sizeMin, (int)Math.Min(2L * Bytes.Length, _sizeMax));
        var larger = GC.AllocateUninitializedArray<byte>(size);
        Bytes.AsSpan(0, _end).CopyTo(larger);
        Bytes = larger;
    }
}
