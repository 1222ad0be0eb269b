using System.Buffers;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Raft;

namespace ActorBroker.Controller;

/// <summary>Fetches the metadata snapshot from the leader, part by part.</summary>
/// <remarks>Owner: the controller.</remarks>
internal sealed class SnapshotFetcher(Action<ReplicaId, FetchSnapshotPart> send, Func<TimeSpan> now)
{
    public const int PartBytes = ByteSizes.MiB;
    private const int BytesMax = 512 * ByteSizes.MiB;
    private const int TriesMax = 10;
    private static readonly TimeSpan AskAgainAfter = TimeSpan.FromSeconds(1);

    private readonly ArrayBufferWriter<byte> _received = new();
    private Guid _clusterId;
    private ReplicaId _leader;
    private long _endOffset = -1;
    private TimeSpan _asked;
    private int _tries;

    public bool IsFetching => _endOffset >= 0;

    public void Begin(Guid clusterId, ReplicaId leader, long endOffset)
    {
        (_clusterId, _leader, _endOffset, _tries) = (clusterId, leader, endOffset, 0);
        _received.ResetWrittenCount();
        Ask();
    }

    /// <summary>Asks again for what was not answered.</summary>
    /// <returns>The end offset of the snapshot that cannot be had; −1 otherwise.</returns>
    public long OnTick()
    {
        if (!IsFetching || now() - _asked < AskAgainAfter)
        {
            return -1;
        }

        if (_tries++ < TriesMax)
        {
            Ask();
            return -1;
        }

        return End();
    }

    /// <returns>What became of the fetch: the snapshot, or the end offset of the one that cannot be had; null and −1 when it goes on.</returns>
    public (MetadataSnapshot? Snapshot, long Missed) OnPart(SnapshotPart part)
    {
        if (part.EndOffset != _endOffset || part.Position != _received.WrittenCount)
        {
            return (null, -1);
        }

        if (part.Total is <= 0 or > BytesMax || part.Bytes.Length == 0 || part.Position + part.Bytes.Length > part.Total)
        {
            return (null, End());
        }

        _received.Write(part.Bytes);
        if (_received.WrittenCount < part.Total)
        {
            _tries = 0;
            Ask();
            return (null, -1);
        }

        try
        {
            var snapshot = MetadataSnapshot.Read(_received.WrittenSpan, "the leader's snapshot");
            var wanted = End();
            return snapshot.EndOffset == wanted ? (snapshot, -1) : (null, wanted);
        }
        catch (LogCorruptException)
        {
            return (null, End());
        }
    }

    private long End()
    {
        var wanted = _endOffset;
        _endOffset = -1;
        _received.ResetWrittenCount();
        return wanted;
    }

    private void Ask()
    {
        _asked = now();
        send(_leader, new FetchSnapshotPart(_clusterId, _endOffset, _received.WrittenCount));
    }
}
