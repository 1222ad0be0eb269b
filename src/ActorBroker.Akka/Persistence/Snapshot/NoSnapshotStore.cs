namespace Akka.Persistence.Snapshot;

/// <summary>Stands in where no snapshot store is configured: there are no snapshots, and saving one fails.</summary>
public sealed class NoSnapshotStore : SnapshotStore
{
#nullable disable annotations // as in the base
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) =>
        Task.FromResult<SelectedSnapshot>(null);
#nullable restore annotations

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot) => Refuse();

    protected override Task DeleteAsync(SnapshotMetadata metadata) => Refuse();

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Refuse();

    private static Task Refuse() => Task.FromException(
        new NoSnapshotStoreException("No snapshot store configured. Set akka.persistence.snapshot-store.plugin."));

#pragma warning disable CA1064 // nested and public in Akka.NET's API
    /// <summary>There is nowhere to save a snapshot.</summary>
    public class NoSnapshotStoreException : Exception
    {
        public NoSnapshotStoreException()
        {
        }

        public NoSnapshotStoreException(string message)
            : base(message)
        {
        }

        public NoSnapshotStoreException(string message, Exception innerException)
            : base(message, innerException)
        {
        }
    }
#pragma warning restore CA1064
}
