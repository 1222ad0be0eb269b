namespace Akka.Persistence;

/// <summary>Command: find the latest snapshot that fits. Answered by <see cref="LoadSnapshotResult"/> or <see cref="LoadSnapshotFailed"/>.</summary>
public sealed record LoadSnapshot : ISnapshotRequest
{
    public LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
        ToSequenceNr = toSequenceNr;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }

    /// <summary>No snapshot of a later event.</summary>
    public long ToSequenceNr { get; }
}

/// <summary>Command: answered by <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.</summary>
public sealed record SaveSnapshot : ISnapshotRequest
{
    public SaveSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }
}

/// <summary>Command: answered by <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.</summary>
public sealed record DeleteSnapshot : ISnapshotRequest
{
    public DeleteSnapshot(SnapshotMetadata metadata) => Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));

    public SnapshotMetadata Metadata { get; }
}

/// <summary>Command: answered by <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.</summary>
public sealed record DeleteSnapshots : ISnapshotRequest
{
    public DeleteSnapshots(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        PersistenceId = persistenceId;
        Criteria = criteria;
    }

    public string PersistenceId { get; }

    public SnapshotSelectionCriteria Criteria { get; }
}
