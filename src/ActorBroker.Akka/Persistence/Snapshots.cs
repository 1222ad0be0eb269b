namespace Akka.Persistence;

/// <summary>Names a snapshot.</summary>
/// <param name="Timestamp">When it was saved; <see cref="NoTimestamp"/>: unknown.</param>
public sealed record SnapshotMetadata(string PersistenceId, long SequenceNr, DateTime Timestamp)
{
    /// <summary>Sentinel for a snapshot without a timestamp.</summary>
    public static DateTime NoTimestamp { get; } = DateTime.MinValue;

    public SnapshotMetadata(string persistenceId, long sequenceNr)
        : this(persistenceId, sequenceNr, NoTimestamp)
    {
    }
}

/// <summary>A snapshot offered during recovery, before the events after it.</summary>
public sealed record SnapshotOffer(SnapshotMetadata Metadata, object Snapshot);

/// <summary>A snapshot as a store found it.</summary>
public sealed record SelectedSnapshot(SnapshotMetadata Metadata, object Snapshot);

/// <summary>Which snapshots are meant; all bounds inclusive.</summary>
public sealed record SnapshotSelectionCriteria
{
    public static readonly SnapshotSelectionCriteria None = new(0, DateTime.MinValue);
    public static readonly SnapshotSelectionCriteria Latest = new(long.MaxValue, DateTime.MaxValue);

    public SnapshotSelectionCriteria(long maxSequenceNr, DateTime maxTimeStamp, long minSequenceNr = 0, DateTime? minTimestamp = null)
    {
        MaxSequenceNr = maxSequenceNr;
        MaxTimeStamp = maxTimeStamp;
        MinSequenceNr = minSequenceNr;
        MinTimestamp = minTimestamp;
    }

    public SnapshotSelectionCriteria(long maxSequenceNr)
        : this(maxSequenceNr, DateTime.MaxValue)
    {
    }

    public long MaxSequenceNr { get; }

    public DateTime MaxTimeStamp { get; }

    public long MinSequenceNr { get; }

    public DateTime? MinTimestamp { get; }

    public bool IsMatch(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        return metadata.SequenceNr <= MaxSequenceNr
            && metadata.Timestamp <= MaxTimeStamp
            && metadata.SequenceNr >= MinSequenceNr
            && (MinTimestamp is not { } min || metadata.Timestamp >= min);
    }

    internal SnapshotSelectionCriteria Limit(long toSequenceNr) =>
        toSequenceNr < MaxSequenceNr ? new SnapshotSelectionCriteria(toSequenceNr, MaxTimeStamp, MinSequenceNr, MinTimestamp) : this;
}

/// <summary>How a persistent actor recovers.</summary>
public sealed class Recovery(SnapshotSelectionCriteria? fromSnapshot, long toSequenceNr = long.MaxValue, long replayMax = long.MaxValue)
{
    /// <summary>From the newest snapshot, all events.</summary>
    public static Recovery Default { get; } = new(SnapshotSelectionCriteria.Latest);

    /// <summary>No snapshot and no events.</summary>
    public static Recovery None { get; } = new(SnapshotSelectionCriteria.None, 0);

    public Recovery()
        : this(SnapshotSelectionCriteria.Latest)
    {
    }

    public SnapshotSelectionCriteria FromSnapshot { get; } = fromSnapshot ?? SnapshotSelectionCriteria.Latest;

    public long ToSequenceNr { get; } = toSequenceNr;

    public long ReplayMax { get; } = replayMax;
}

/// <summary>Told to a persistent actor when all stored events were replayed.</summary>
public sealed class RecoveryCompleted
{
    public static readonly RecoveryCompleted Instance = new();

    private RecoveryCompleted()
    {
    }

    public override bool Equals(object? obj) => obj is RecoveryCompleted;

    public override int GetHashCode() => nameof(RecoveryCompleted).GetHashCode(StringComparison.Ordinal);
}

/// <summary>No event of a replay came in time.</summary>
public sealed class RecoveryTimedOutException(string message, Exception? cause = null) : Akka.Actor.AkkaException(message, cause!);
