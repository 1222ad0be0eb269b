using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>Command: put the snapshot on the disk. Answered by <see cref="SnapshotWritten"/>.</summary>
internal sealed record WriteSnapshot(MetadataStore Store, MetadataSnapshot Snapshot);

/// <summary>Reply: it is there, or not.</summary>
internal sealed record SnapshotWritten(MetadataSnapshot Snapshot, string? Failure);

/// <summary>Command: note who else is in the cluster, see <see cref="PeersFile"/>. Not answered.</summary>
internal sealed record WritePeers(NodeStorage Storage, IReadOnlyList<(NodeId Node, string Address)> Peers);

/// <summary>Writes metadata snapshots, and the file of the peers, on the I/O dispatcher.</summary>
internal sealed class SnapshotWriterActor : ReceiveActor
{
    private readonly ILoggingAdapter _log = Context.GetLogger();

    public SnapshotWriterActor()
    {
        Receive<WriteSnapshot>(OnWrite);
        Receive<WritePeers>(OnWrite);
    }

    private void OnWrite(WriteSnapshot command)
    {
        try
        {
            command.Store.Write(command.Snapshot);
            Sender.Tell(new SnapshotWritten(command.Snapshot, null));
        }
        catch (LogIOException cause)
        {
            Sender.Tell(new SnapshotWritten(command.Snapshot, cause.Message));
        }
    }

    private void OnWrite(WritePeers command)
    {
        try
        {
            PeersFile.Write(command.Storage.Files, command.Storage.DataFolder, command.Peers);
        }
        catch (LogIOException cause)
        {
            _log.Warning("The other nodes' addresses were not noted: started again, this node knows only its configured seeds: {0}", cause.Message);
        }
    }
}
