namespace Akka.Persistence.Snapshot;

/// <summary>Keeps snapshots in memory, for tests: <c>akka.persistence.snapshot-store.inmem</c>.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private readonly List<SelectedSnapshot> _snapshots = [];

#nullable disable annotations // as in the base
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        return Task.FromResult(_snapshots
            .Where(one => one.Metadata.PersistenceId == persistenceId && criteria.IsMatch(one.Metadata))
            .MaxBy(one => (one.Metadata.SequenceNr, one.Metadata.Timestamp)));
    }
#nullable restore annotations

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _snapshots.RemoveAll(one => one.Metadata.PersistenceId == metadata.PersistenceId && one.Metadata.SequenceNr == metadata.SequenceNr);
        _snapshots.Add(new SelectedSnapshot(metadata, snapshot));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _snapshots.RemoveAll(one =>
            one.Metadata.PersistenceId == metadata.PersistenceId && one.Metadata.SequenceNr == metadata.SequenceNr
            && (metadata.Timestamp == DateTime.MinValue || one.Metadata.Timestamp == metadata.Timestamp));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        _snapshots.RemoveAll(one => one.Metadata.PersistenceId == persistenceId && criteria.IsMatch(one.Metadata));
        return Task.CompletedTask;
    }
}
