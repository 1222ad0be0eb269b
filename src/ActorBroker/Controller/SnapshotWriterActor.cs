using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>Command: put the snapshot on the disk. Answered by <see cref="SnapshotWritten"/>.</summary>
internal sealed record WriteSnapshot(MetadataStore Store, MetadataSnapshot Snapshot);

/// <summary>Reply: it is there, or not.</summary>
internal sealed record SnapshotWritten(MetadataSnapshot Snapshot, string? Failure);

/// <summary>Writes metadata snapshots on the I/O dispatcher.</summary>
internal sealed class SnapshotWriterActor : ReceiveActor
{
    public SnapshotWriterActor() => Receive<WriteSnapshot>(command =>
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
    });
}
