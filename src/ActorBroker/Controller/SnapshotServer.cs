using ActorBroker.Controller.Replication;

namespace ActorBroker.Controller;

/// <summary>Gives out the metadata snapshot, part by part, to nodes whose log is too far behind. The other end is <see cref="SnapshotFetcher"/>.</summary>
/// <remarks>Owner: the controller.</remarks>
internal sealed class SnapshotServer
{
    private MetadataSnapshot? _snapshot;
    private byte[] _bytes = [];

    /// <param name="snapshot">The newest one; null when there is none for whoever asks.</param>
    public SnapshotPart PartOf(MetadataSnapshot? snapshot, FetchSnapshotPart ask)
    {
        if (snapshot is null || snapshot.EndOffset != ask.EndOffset)
        {
            return new SnapshotPart(ask.EndOffset, ask.Position, 0);
        }

        if (!ReferenceEquals(snapshot, _snapshot))
        {
            (_snapshot, _bytes) = (snapshot, snapshot.ToBytes());
        }

        var from = Math.Clamp(ask.Position, 0, _bytes.Length);
        var part = _bytes.AsSpan(from, Math.Min(SnapshotFetcher.PartBytes, _bytes.Length - from)).ToArray();
        return new SnapshotPart(ask.EndOffset, ask.Position, _bytes.Length) { Bytes = part };
    }
}
