namespace ActorBroker.Log;

/// <summary>One record of a batch, seen in place. Valid until its <see cref="RecordReader"/> moves on or is disposed.</summary>
public readonly ref struct Record
{
    private readonly ReadOnlySpan<byte> _payload;
    private readonly RecordLayout _layout;

    internal Record(ReadOnlySpan<byte> payload, scoped in RecordLayout layout, Offset offset, long timestamp)
    {
        _payload = payload;
        _layout = layout;
        Offset = offset;
        Timestamp = timestamp;
    }

    /// <summary>Position in the partition; relative to the producer's 0 before the batch was stamped.</summary>
    public Offset Offset { get; }

    /// <summary>Milliseconds since 1970, UTC: the producer's, or the broker's where the batch says log append time. −1 for none.</summary>
    public long Timestamp { get; }

    /// <summary>Offset minus the batch's base offset.</summary>
    public int OffsetDelta => _layout.OffsetDelta;

    /// <summary>As stored: relative to the batch's base timestamp, negative where records are out of order in time.</summary>
    public long TimestampDelta => _layout.TimestampDelta;

    /// <summary>Size of the record as stored, its length field included.</summary>
    public int SizeInBytes => _layout.End - _layout.Start;

    public NullableBytes Key => Slice(_layout.KeyAt, _layout.KeyBytes);

    /// <summary>Null marks a tombstone: compaction removes the key.</summary>
    public NullableBytes Value => Slice(_layout.ValueAt, _layout.ValueBytes);

    public int HeaderCount => _layout.HeaderCount;

    /// <summary>In the producer's order; keys may repeat. For <c>foreach</c>.</summary>
    public RecordHeaders Headers => new(HeaderSection, _layout.HeaderCount);

    /// <summary>Header count and headers as stored.</summary>
    internal ReadOnlySpan<byte> HeaderSection => _payload[_layout.HeadersAt.._layout.End];

    private NullableBytes Slice(int at, int length) => length < 0 ? NullableBytes.Null : _payload.Slice(at, length);
}
