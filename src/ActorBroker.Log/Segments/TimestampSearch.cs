using System.Buffers;

namespace ActorBroker.Log;

/// <summary>Finds records by their time. Records are decoded only in batches whose header says that they can match.</summary>
internal sealed class TimestampSearch(SegmentList segments)
{
    /// <summary>First record in [<paramref name="start"/>, <paramref name="end"/>) that is as young as <paramref name="timestampMs"/> or younger.</summary>
    public TimestampHit? FirstFrom(long timestampMs, Offset start, Offset end)
    {
        for (var i = segments.IndexOf(start); i < segments.Count && segments[i].BaseOffset < end; i++)
        {
            var segment = segments.ForReading(i);
            if (segment.MaxTimestamp < timestampMs) continue;
            var from = Offset.Max(segment.FirstCandidate(timestampMs), Offset.Max(start, segment.BaseOffset));
            if (from >= segment.End) continue;
            if (FirstFrom(segment, timestampMs, from, end) is { } hit) return hit;
        }

        return null;
    }

    /// <summary>The record in [<paramref name="start"/>, <paramref name="end"/>) with the largest timestamp, the first of several.</summary>
    public TimestampHit? Largest(Offset start, Offset end)
    {
        TimestampHit? best = null;
        for (var i = segments.IndexOf(start); i < segments.Count && segments[i].BaseOffset < end; i++)
        {
            var segment = segments.ForReading(i);
            var from = Offset.Max(start, segment.BaseOffset);
            if (from >= segment.End || segment.MaxTimestamp <= (best?.Timestamp ?? -1)) continue;

            // Where the bounds leave the segment's largest in, the index leads to it; else it is one of the others.
            var hasLargest = segment.BaseOffset >= start && segment.MaxTimestampUpTo < end;
            if (hasLargest) from = Offset.Max(from, segment.FirstCandidate(segment.MaxTimestamp));
            best = Younger(best, LargestRecord(segment, from, start, end));
        }

        return best;
    }

    private static TimestampHit? FirstFrom(Segment segment, long timestampMs, Offset from, Offset end)
    {
        using var walk = segment.Walk(segment.PositionOf(from), Offset.None, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext() && walk.Current.BaseOffset < end)
        {
            if (walk.Current.MaxTimestamp < timestampMs) continue;
            var batch = Whole(segment, walk.Position, walk.Current.SizeInBytes, out var buffer);
            try
            {
                using var records = new RecordReader(batch);
                while (records.MoveNext())
                {
                    var record = records.Current;
                    if (record.Offset >= end) return null;
                    if (record.Offset >= from && record.Timestamp >= timestampMs) return new TimestampHit(record.Offset, record.Timestamp, batch.Epoch);
                }

                ThrowIfDamaged(segment, walk.Position, records.Error);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        ThrowIfDamaged(segment, walk.Position, walk.Problem);
        return null;
    }

    private static TimestampHit? LargestRecord(Segment segment, Offset from, Offset start, Offset end)
    {
        TimestampHit? best = null;
        using var walk = segment.Walk(segment.PositionOf(from), Offset.None, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext() && walk.Current.BaseOffset < end)
        {
            if (walk.Current.MaxTimestamp <= (best?.Timestamp ?? -1)) continue;
            var batch = Whole(segment, walk.Position, walk.Current.SizeInBytes, out var buffer);
            try
            {
                using var records = new RecordReader(batch);
                while (records.MoveNext())
                {
                    var record = records.Current;
                    if (record.Offset < start || record.Offset >= end) continue;
                    best = Younger(best, new TimestampHit(record.Offset, record.Timestamp, batch.Epoch));
                }

                ThrowIfDamaged(segment, walk.Position, records.Error);
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(buffer);
            }
        }

        ThrowIfDamaged(segment, walk.Position, walk.Problem);
        return best;
    }

    private static TimestampHit? Younger(TimestampHit? best, TimestampHit? other) =>
        other is { } hit && hit.Timestamp >= 0 && hit.Timestamp > (best?.Timestamp ?? -1) ? hit : best;

    private static BatchView Whole(Segment segment, int position, int size, out byte[] buffer)
    {
        buffer = ArrayPool<byte>.Shared.Rent(size);
        segment.Read(buffer.AsSpan(0, size), position);
        var error = BatchView.Read(buffer.AsSpan(0, size), size, out var batch);
        if (error == BatchError.None) return batch;
        ArrayPool<byte>.Shared.Return(buffer);
        throw new LogCorruptException(segment.Path, position, BatchWalk.Describe(error));
    }

    private static void ThrowIfDamaged(Segment segment, int position, BatchError error) =>
        ThrowIfDamaged(segment, position, error == BatchError.None ? null : BatchWalk.Describe(error));

    private static void ThrowIfDamaged(Segment segment, int position, string? problem)
    {
        if (problem is not null) throw new LogCorruptException(segment.Path, position, problem);
    }
}
