namespace ActorBroker.Log;

/// <summary>Reads the records of one batch, decompressing first when needed.</summary>
/// <remarks>Never throws on hostile bytes: <see cref="MoveNext"/> turns false and <see cref="Error"/> says why. Allocates nothing
/// on an uncompressed batch; on a compressed one it holds a pooled buffer until it is disposed.
/// <code>
/// using var records = new RecordReader(batch);
/// while (records.MoveNext()) Use(records.Current);
/// if (records.Error != BatchError.None) …
/// </code></remarks>
public ref struct RecordReader
{
    /// <summary>Default bound on what a batch may decompress to: 64 MiB, far above a default batch of 1 MiB at a usual ratio,
    /// far below what would hurt a node.</summary>
    public const int DecompressedBytesMax = 64 * ByteSizes.MiB;

    private readonly BatchView _batch;
    private readonly ReadOnlySpan<byte> _payload;
    private readonly BatchLease? _decompressed;
    private RecordLayout _record;
    private int _at;
    private int _left;
    private int _lastDelta;

    /// <param name="batch">A whole batch, its CRC checked; its bytes must outlive the reader.</param>
    /// <param name="decompressedBytesMax">Bound on the decompressed payload, in bytes; above it the error is
    /// <see cref="BatchError.TooLarge"/>.</param>
    public RecordReader(BatchView batch, int decompressedBytesMax = DecompressedBytesMax)
    {
        _batch = batch;
        _lastDelta = -1;
        _left = batch.RecordCount;
        _payload = batch.Payload;

        // A batch that compaction emptied keeps its codec bits but has no stream.
        if (batch.Codec == CompressionCodec.None || (_left == 0 && _payload.IsEmpty)) return;
        Error = PayloadCodec.Decompress(batch.Codec, _payload, decompressedBytesMax, out _decompressed);
        _payload = _decompressed is null ? default : _decompressed.Bytes.Span;
    }

    /// <summary>The record that the last <see cref="MoveNext"/> found.</summary>
    public readonly Record Current => new(_payload, _record, OffsetOf(_record), TimestampOf(_record));

    /// <summary>Why reading ended early; <see cref="BatchError.None"/> after the last record of a good batch.</summary>
    public BatchError Error { get; private set; }

    /// <summary>Steps to the next record. False after the last, and from the first error on.</summary>
    public bool MoveNext()
    {
        if (Error != BatchError.None) return false;
        if (_left == 0)
        {
            if (_at != _payload.Length) Error = BatchError.BadRecords;
            return false;
        }

        // Offsets rise and stay inside the batch; holes are compaction's.
        if (!RecordLayout.TryRead(_payload, ref _at, out _record)
            || _record.OffsetDelta <= _lastDelta
            || _record.OffsetDelta > _batch.LastOffsetDelta)
        {
            Error = BatchError.BadRecords;
            return false;
        }

        _lastDelta = _record.OffsetDelta;
        _left--;
        return true;
    }

    /// <summary>For <c>foreach</c>, which walks a copy: use <see cref="MoveNext"/> directly where the error matters.</summary>
    public readonly RecordReader GetEnumerator() => this;

    /// <summary>Gives the decompression buffer back; a second dispose is harmless. Records read before are invalid afterwards.</summary>
    public readonly void Dispose() => _decompressed?.Dispose();

    private readonly Offset OffsetOf(in RecordLayout record) => new(unchecked(_batch.BaseOffset.Value + record.OffsetDelta));

    // Deltas count from the base timestamp also where compaction has put the delete horizon there.
    private readonly long TimestampOf(in RecordLayout record) => _batch.TimestampType == TimestampType.LogAppendTime
        ? _batch.MaxTimestamp
        : unchecked(_batch.BaseTimestamp + record.TimestampDelta);
}
