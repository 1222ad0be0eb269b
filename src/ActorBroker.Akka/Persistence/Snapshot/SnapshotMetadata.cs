namespace Akka.Persistence;

/// <summary>Which snapshot.</summary>
public sealed record SnapshotMetadata
{
    public SnapshotMetadata(string persistenceId, long sequenceNr, DateTime timestamp)
    {
        PersistenceId = persistenceId;
        SequenceNr = sequenceNr;
        Timestamp = timestamp;
    }

    /// <summary>By id, number, time.</summary>
    public static IComparer<SnapshotMetadata> Comparer { get; } = Comparer<SnapshotMetadata>.Create((left, right) =>
        (left.PersistenceId, left.SequenceNr, left.Timestamp).CompareTo((right.PersistenceId, right.SequenceNr, right.Timestamp)));

    public string PersistenceId { get; }

    /// <summary>Of the last event whose effect is in the snapshot.</summary>
    public long SequenceNr { get; }

    public DateTime Timestamp { get; }
}
