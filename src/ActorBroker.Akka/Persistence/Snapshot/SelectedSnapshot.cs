namespace Akka.Persistence;

/// <summary>A snapshot that a store has found.</summary>
public sealed record SelectedSnapshot
{
    public SelectedSnapshot(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }
}
