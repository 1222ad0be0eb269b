namespace Akka.Persistence;

/// <summary>Message to or from a snapshot store.</summary>
public interface ISnapshotMessage : IPersistenceMessage
{
}

/// <summary>Request to a snapshot store.</summary>
public interface ISnapshotRequest : ISnapshotMessage
{
}

/// <summary>Answer of a snapshot store.</summary>
public interface ISnapshotResponse : ISnapshotMessage
{
}

/// <summary>Request for the newest snapshot that fits.</summary>
public sealed record LoadSnapshot(string PersistenceId, SnapshotSelectionCriteria Criteria, long ToSequenceNr) : ISnapshotRequest;

/// <summary>The snapshot, or null.</summary>
public sealed record LoadSnapshotResult(SelectedSnapshot? Snapshot, long ToSequenceNr) : ISnapshotResponse;

/// <summary>The snapshot could not be read.</summary>
public sealed record LoadSnapshotFailed(Exception Cause) : ISnapshotResponse;

/// <summary>Request to save a snapshot.</summary>
public sealed record SaveSnapshot(SnapshotMetadata Metadata, object Snapshot) : ISnapshotRequest;

/// <summary>The snapshot is saved.</summary>
public sealed record SaveSnapshotSuccess(SnapshotMetadata Metadata) : ISnapshotResponse;

/// <summary>The snapshot could not be saved.</summary>
public sealed record SaveSnapshotFailure(SnapshotMetadata Metadata, Exception Cause) : ISnapshotResponse;

/// <summary>Request to delete one snapshot.</summary>
public sealed record DeleteSnapshot(SnapshotMetadata Metadata) : ISnapshotRequest;

/// <summary>Request to delete the snapshots that fit.</summary>
public sealed record DeleteSnapshots(string PersistenceId, SnapshotSelectionCriteria Criteria) : ISnapshotRequest;

/// <summary>The snapshot is deleted.</summary>
public sealed record DeleteSnapshotSuccess(SnapshotMetadata Metadata) : ISnapshotResponse;

/// <summary>The snapshot could not be deleted.</summary>
public sealed record DeleteSnapshotFailure(SnapshotMetadata Metadata, Exception Cause) : ISnapshotResponse;

/// <summary>The snapshots are deleted.</summary>
public sealed record DeleteSnapshotsSuccess(SnapshotSelectionCriteria Criteria) : ISnapshotResponse;

/// <summary>The snapshots could not be deleted.</summary>
public sealed record DeleteSnapshotsFailure(SnapshotSelectionCriteria Criteria, Exception Cause) : ISnapshotResponse;
