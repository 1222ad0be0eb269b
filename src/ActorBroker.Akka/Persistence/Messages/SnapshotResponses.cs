namespace Akka.Persistence;

public sealed record LoadSnapshotResult : ISnapshotResponse
{
#nullable disable annotations // null for none, which callers of Akka.NET's API see unannotated
    public LoadSnapshotResult(SelectedSnapshot snapshot, long toSequenceNr)
    {
        Snapshot = snapshot;
        ToSequenceNr = toSequenceNr;
    }

    /// <summary>Null when there is none that fits.</summary>
    public SelectedSnapshot Snapshot { get; }
#nullable restore annotations

    public long ToSequenceNr { get; }
}

public sealed record LoadSnapshotFailed : ISnapshotResponse
{
    public LoadSnapshotFailed(Exception cause) => Cause = cause ?? throw new ArgumentNullException(nameof(cause));

    public Exception Cause { get; }
}

public sealed record SaveSnapshotSuccess : ISnapshotResponse
{
    public SaveSnapshotSuccess(SnapshotMetadata metadata) => Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));

    public SnapshotMetadata Metadata { get; }
}

public sealed record SaveSnapshotFailure : ISnapshotResponse
{
    public SaveSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    {
        Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
    }

    public SnapshotMetadata Metadata { get; }

    public Exception Cause { get; }
}

public sealed record DeleteSnapshotSuccess : ISnapshotResponse
{
    public DeleteSnapshotSuccess(SnapshotMetadata metadata) => Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));

    public SnapshotMetadata Metadata { get; }
}

public sealed record DeleteSnapshotFailure : ISnapshotResponse
{
    public DeleteSnapshotFailure(SnapshotMetadata metadata, Exception cause)
    {
        Metadata = metadata ?? throw new ArgumentNullException(nameof(metadata));
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
    }

    public SnapshotMetadata Metadata { get; }

    public Exception Cause { get; }
}

public sealed record DeleteSnapshotsSuccess : ISnapshotResponse
{
    public DeleteSnapshotsSuccess(SnapshotSelectionCriteria criteria) => Criteria = criteria;

    public SnapshotSelectionCriteria Criteria { get; }
}

public sealed record DeleteSnapshotsFailure : ISnapshotResponse
{
    public DeleteSnapshotsFailure(SnapshotSelectionCriteria criteria, Exception cause)
    {
        Criteria = criteria;
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
    }

    public SnapshotSelectionCriteria Criteria { get; }

    public Exception Cause { get; }
}
