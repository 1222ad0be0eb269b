using Akka.Configuration;
using Akka.Event;

namespace Akka.Persistence.Snapshot;

/// <summary>Keeps each snapshot in a file: <c>akka.persistence.snapshot-store.local</c>. A snapshot that cannot be read is passed
/// over for the one before it, <c>max-load-attempts</c> times.</summary>
/// <remarks>Does its I/O inline, on its own dispatcher.</remarks>
public class LocalSnapshotStore : SnapshotStore
{
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Akka.Serialization.Serialization _serialization = Context.System.Serialization;
    private readonly SnapshotFolder _folder;
    private readonly int _maxLoadAttempts;

    public LocalSnapshotStore()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self, isJournal: false);
        _folder = new SnapshotFolder(config.GetString("dir", "")
            is { Length: > 0 } dir ? dir : throw new ConfigurationException($"{Self.Path.Name}.dir is not set: where do snapshots go?"));
        _maxLoadAttempts = Math.Max(1, config.GetInt("max-load-attempts", 1));
    }

    protected override void PreStart()
    {
        _folder.Create();
        base.PreStart();
    }

#nullable disable annotations // as in the base
    protected override Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        var candidates = _folder.Find(persistenceId, criteria.IsMatch);
        for (var attempt = 0; attempt < candidates.Count; attempt++)
        {
            try
            {
                return Task.FromResult(new SelectedSnapshot(candidates[attempt], Decode(_folder.Read(candidates[attempt]), candidates[attempt])));
            }
            catch (Exception failure) when (attempt + 1 < Math.Min(_maxLoadAttempts, candidates.Count))
            {
                // The one before it may do, with more events after it.
                _log.Error(failure, "Error loading snapshot [{0}], remaining attempts: [{1}]", candidates[attempt], _maxLoadAttempts - attempt - 1);
            }
        }

        return Task.FromResult<SelectedSnapshot>(null);
    }
#nullable restore annotations

    protected override Task SaveAsync(SnapshotMetadata metadata, object snapshot)
    {
        Save(metadata, snapshot);
        return Task.CompletedTask;
    }

    protected virtual void Save(SnapshotMetadata metadata, object snapshot)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        var content = Encode(snapshot);
        foreach (var old in _folder.Find(metadata.PersistenceId, one => one.SequenceNr == metadata.SequenceNr && one.Timestamp != metadata.Timestamp))
        {
            _folder.Delete(old);
        }

        _folder.Write(metadata, content);
    }

    protected override Task DeleteAsync(SnapshotMetadata metadata)
    {
        ArgumentNullException.ThrowIfNull(metadata);
        foreach (var one in _folder.Find(metadata.PersistenceId, one =>
            one.SequenceNr == metadata.SequenceNr && (metadata.Timestamp == DateTime.MinValue || one.Timestamp == metadata.Timestamp)))
        {
            _folder.Delete(one);
        }

        return Task.CompletedTask;
    }

    protected override Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria)
    {
        ArgumentNullException.ThrowIfNull(criteria);
        foreach (var one in _folder.Find(persistenceId, criteria.IsMatch))
        {
            _folder.Delete(one);
        }

        return Task.CompletedTask;
    }

    /// <summary>The content of a snapshot's file.</summary>
    internal virtual byte[] Encode(object snapshot)
    {
        var wrapped = new Akka.Persistence.Serialization.Snapshot(snapshot);
        return _serialization.FindSerializerFor(wrapped).ToBinary(wrapped);
    }

    /// <summary>What <see cref="Encode"/> was given.</summary>
    internal virtual object Decode(byte[] content, SnapshotMetadata metadata) => _serialization
        .FindSerializerForType(typeof(Akka.Persistence.Serialization.Snapshot))
        .FromBinary<Akka.Persistence.Serialization.Snapshot>(content).Data;

    internal string PathOf(SnapshotMetadata metadata) => _folder.PathOf(metadata);
}
