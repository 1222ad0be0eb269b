namespace Akka.Persistence;

/// <summary>Which snapshots are wanted; all bounds are inclusive.</summary>
public sealed record SnapshotSelectionCriteria
{
    public SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0, DateTime? minTimestamp = null)
    {
        MaxSequenceNr = maxSequenceNr;
        MaxTimeStamp = maxTimeStamp;
        MinSequenceNr = minSequenceNr;
        MinTimestamp = minTimestamp ?? DateTime.MinValue;
    }

    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    /// <summary>The last one, whichever it is.</summary>
    public static SnapshotSelectionCriteria Latest { get; } = new(long.MaxValue);

    /// <summary>None at all.</summary>
    public static SnapshotSelectionCriteria None { get; } = new(0, DateTime.MinValue);

    public long MaxSequenceNr { get; }

    public DateTime MaxTimeStamp { get; }

    public long MinSequenceNr { get; }

    public DateTime? MinTimestamp { get; }

    internal SnapshotSelectionCriteria Limit(long toSequenceNr) =>
        toSequenceNr < MaxSequenceNr ? new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp) : this;

    internal bool IsMatch(SnapshotMetadata metadata) =>
        metadata.SequenceNr <= MaxSequenceNr && metadata.SequenceNr >= MinSequenceNr
        && metadata.Timestamp <= MaxTimeStamp && metadata.Timestamp >= MinTimestamp;
}
