using System.Buffers;

namespace ActorBroker.Log;

/// <summary>Reads whole batches out of segments into pooled buffers.</summary>
internal sealed class LogReader(SegmentList segments)
{
    /// <summary>Places where the last reads ended: a consumer that goes on where it stopped needs no index. A few consumers' worth.</summary>
    private const int PlacesMax = 8;

    private readonly Place[] _places = new Place[PlacesMax];
    private int _nextPlace;

    /// <summary>Reads from the batch that holds <paramref name="from"/> on, to the end of its segment at most.</summary>
    /// <param name="from">In the log, below its end.</param>
    /// <param name="end">No batch that begins here or later is returned.</param>
    /// <param name="bytesMax">Bound on the answer; the first batch may be larger when <paramref name="firstBatchWhole"/>.</param>
    public LogRead Read(Offset from, Offset end, int bytesMax, bool firstBatchWhole)
    {
        var segment = segments.ForReading(segments.IndexOf(from));
        var position = PositionOf(segment, from);
        var wanted = Math.Min(Math.Max(bytesMax, BatchView.HeaderBytes), segment.SizeInBytes - position);
        var buffer = ArrayPool<byte>.Shared.Rent(wanted);
        BatchLease? lease = null;
        try
        {
            segment.Read(buffer.AsSpan(0, wanted), position);
            var first = Header(buffer.AsSpan(0, wanted), segment, position);
            if (from < first.BaseOffset || from >= first.NextOffset)
            {
                throw new LogCorruptException(segment.Path, position, $"the batch covers {first.BaseOffset}..{first.LastOffset}, not {from}");
            }

            if (first.BaseOffset >= end || (first.SizeInBytes > bytesMax && !firstBatchWhole)) return new LogRead(ReadOutcome.Ok, null, from);
            if (first.SizeInBytes > wanted)
            {
                wanted = first.SizeInBytes;
                ArrayPool<byte>.Shared.Return(buffer);
                buffer = [];
                buffer = ArrayPool<byte>.Shared.Rent(wanted);
                segment.Read(buffer.AsSpan(0, wanted), position);
            }

            var length = WholeBatches(buffer.AsSpan(0, wanted), segment, position, end, out var next);
            Remember(new Place(segment, next, position + length));
            lease = BatchLease.Over(buffer, length);
            return new LogRead(ReadOutcome.Ok, lease, next);
        }
        finally
        {
            if (lease is null && buffer.Length > 0) ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Forgets all places: the log was cut or files went away.</summary>
    public void Forget() => Array.Clear(_places);

    /// <summary>Bytes of the whole batches at the start of the buffer that begin below <paramref name="end"/>; at least one.</summary>
    private static int WholeBatches(ReadOnlySpan<byte> bytes, Segment segment, int position, Offset end, out Offset next)
    {
        var length = 0;
        next = Offset.None;
        while (bytes.Length - length >= BatchView.HeaderBytes)
        {
            var header = Header(bytes[length..], segment, position + length);
            if (length > 0 && header.BaseOffset != next)
            {
                throw new LogCorruptException(segment.Path, position + length, $"the batch has base offset {header.BaseOffset} where {next} must follow");
            }

            if (header.BaseOffset >= end || header.SizeInBytes > bytes.Length - length) break;
            length += header.SizeInBytes;
            next = header.NextOffset;
        }

        Check.That(length > 0);
        return length;
    }

    private static BatchView Header(ReadOnlySpan<byte> bytes, Segment segment, int position)
    {
        var error = BatchView.ReadHeader(bytes, segment.SizeInBytes - position, out var header);
        if (error != BatchError.None) throw new LogCorruptException(segment.Path, position, BatchWalk.Describe(error));
        if (header.NextOffset <= header.BaseOffset || header.NextOffset > segment.End)
        {
            throw new LogCorruptException(segment.Path, position, $"offsets {header.BaseOffset}..{header.LastOffset} do not belong to this segment");
        }

        return header;
    }

    private int PositionOf(Segment segment, Offset from)
    {
        foreach (ref readonly var place in _places.AsSpan())
        {
            if (place.Segment == segment && place.Next == from && place.Position < segment.SizeInBytes) return place.Position;
        }

        return segment.PositionOf(from);
    }

    private void Remember(Place place)
    {
        _places[_nextPlace] = place;
        _nextPlace = (_nextPlace + 1) % PlacesMax;
    }

    private readonly record struct Place(Segment? Segment, Offset Next, int Position);
}
