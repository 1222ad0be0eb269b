using System.Collections.Immutable;

namespace Akka.Persistence.Snapshot;

/// <summary>Snapshots in memory, for tests.</summary>
public class MemorySnapshotStore : SnapshotStore
{
    private ImmutableList<SelectedSnapshot> _snapshots = [];

    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria) => Task.FromResult(
        _snapshots.Where(snapshot => snapshot.Metadata.PersistenceId == persistenceId && criteria.IsMatch(snapshot.Metadata))
            .OrderByDescending(snapshot => snapshot.Metadata.SequenceNr)
            .FirstOrDefault()!);

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _snapshots = _snapshots
            .RemoveAll(old => old.Metadata.PersistenceId == metadata.PersistenceId && old.Metadata.SequenceNr == metadata.SequenceNr)
            .Add(new SelectedSnapshot(metadata, snapshot));
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        _snapshots = _snapshots.RemoveAll(snapshot => snapshot.Metadata.PersistenceId == metadata.PersistenceId && snapshot.Metadata.SequenceNr == metadata.SequenceNr);
        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        _snapshots = _snapshots.RemoveAll(snapshot => snapshot.Metadata.PersistenceId == persistenceId && criteria.IsMatch(snapshot.Metadata));
        return Task.CompletedTask;
    }
}
