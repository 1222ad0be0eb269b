namespace Akka.Persistence.Snapshot;

/// <summary>Used when no snapshot store is configured: there are no snapshots, and none can be saved.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
    private const string Message = "No snapshot store configured.";

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Task.FromResult<SelectedSnapshot>(null!);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Task.FromException(new NoSnapshotStoreException(Message));

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Task.FromException(new NoSnapshotStoreException(Message));

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Task.FromException(new NoSnapshotStoreException(Message));
}

/// <summary>A snapshot was to be saved or deleted, and no store is configured.</summary>
public sealed class NoSnapshotStoreException(string message) : Exception(message);
