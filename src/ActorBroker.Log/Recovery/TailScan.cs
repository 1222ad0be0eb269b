using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>After a crash: reads the batches from the recovery point on, checks every CRC, and finds where the log ends.</summary>
/// <remarks>Changes nothing on the disk.</remarks>
internal sealed class TailScan(ILogFiles files, FolderInventory inventory, Offset recoveryPoint, EpochHistory epochs)
{
    /// <summary>Offset after the last batch that counts.</summary>
    public Offset End { get; private set; }

    /// <summary>Index of the segment that is the last one now.</summary>
    public int LastSegment { get; private set; }

    /// <summary>Bytes of that segment that count.</summary>
    public int Position { get; private set; }

    /// <summary>Why the log ends there; null when its files end there too.</summary>
    public string? Reason { get; private set; }

    public int SegmentsScanned { get; private set; }

    public long BytesScanned { get; private set; }

    /// <param name="first">Index of the segment in which the recovery point lies.</param>
    /// <exception cref="LogCorruptException">What a crash cannot explain: see <see cref="TailDamage"/>.</exception>
    public void Run(int first)
    {
        var knowsNone = epochs.Count == 0;
        for (LastSegment = first; LastSegment < inventory.Segments.Count; LastSegment++)
        {
            var segment = inventory.Segments[LastSegment];
            using var file = files.Open(segment.Path);
            Reason = ScanOne(file, segment, knowsNone);
            SegmentsScanned++;
            var isLast = LastSegment == inventory.Segments.Count - 1;
            if (Reason is not null)
            {
                TailDamage.Judge(file, segment.SizeInBytes, Position, End, Reason, isBelowRecoveryPoint: End < recoveryPoint, isLast);
                return;
            }

            if (isLast) break;
            Reason = CheckJoint(segment, inventory.Segments[LastSegment + 1]);
            if (Reason is not null) return;
        }

        if (End < recoveryPoint)
        {
            var last = inventory.Segments[^1];
            throw new LogCorruptException(last.Path, last.SizeInBytes, $"the log ends at offset {End}, but was flushed up to {recoveryPoint}");
        }
    }

    /// <summary>Walks one segment to its end or to the first thing that is not a batch.</summary>
    private string? ScanOne(ILogFile file, SegmentFile segment, bool knowsNone)
    {
        using var walk = new BatchWalk(file, 0, segment.SizeInBytes, segment.BaseOffset, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext())
        {
            if (walk.NextOffset > recoveryPoint)
            {
                if (!walk.ReadWhole()) break;
                var batch = walk.Current;
                BytesScanned += batch.SizeInBytes;
            }

            // The file knew those that were flushed before they were.
            if (knowsNone || walk.NextOffset > recoveryPoint) epochs.Assign(walk.Current.Epoch, walk.Current.BaseOffset);
        }

        (End, Position) = (walk.NextOffset, walk.Position);
        return walk.Problem;
    }

    /// <summary>Two segments must join without gap or overlap. A gap in what was never flushed is the lost tail of the earlier one.</summary>
    private string? CheckJoint(SegmentFile segment, SegmentFile next)
    {
        if (next.BaseOffset == End) return null;
        if (next.BaseOffset < End)
        {
            throw new LogCorruptException(next.Path, 0, $"the segment overlaps the one before it, which ends at offset {End}");
        }

        if (End < recoveryPoint || inventory.OrphanedIndexes.Contains(End))
        {
            throw new LogCorruptException(next.Path, 0, $"offsets {End}..{next.BaseOffset + -1} before this segment are missing");
        }

        return $"the segment ends at offset {End} and the next one begins at {next.BaseOffset}: the tail was lost before it was flushed";
    }
}
