using ActorBroker.Log;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <summary>Deletes folders of partitions that sleep, one at a time, on the I/O dispatcher: for them no log has to be opened.</summary>
internal sealed class FolderActor : ReceiveActor
{
    public FolderActor(NodeStorage storage)
    {
        var log = Context.GetLogger();
        Receive<DeleteFolder>(command =>
        {
            try
            {
                PartitionLog.Delete(storage.Files, storage.FolderOf(command.Partition));
            }
            catch (LogIOException cause)
            {
                log.Error("{0}: its data cannot be deleted, delete the folder by hand: {1}", command.Partition, cause.Message);
            }

            Sender.Tell(new FolderDeleted(command.Partition));
        });
    }
}
