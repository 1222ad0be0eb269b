namespace Akka.Persistence;

/// <summary>The first message of a recovery for which there is a snapshot.</summary>
public sealed record SnapshotOffer
{
    public SnapshotOffer(SnapshotMetadata metadata, object snapshot)
    {
        Metadata = metadata;
        Snapshot = snapshot;
    }

    public SnapshotMetadata Metadata { get; }

    public object Snapshot { get; }
}
