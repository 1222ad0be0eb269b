using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Storage;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>What a <see cref="PartitionActor"/> is given for its whole life.</summary>
/// <param name="Flusher">Makes data durable off the message-processing threads, see <see cref="FlushActor"/>.</param>
/// <param name="PartitionsPathOf">Path of another node's <see cref="PartitionsActor"/>; null while it is not known. Any thread.</param>
internal sealed record PartitionIdentity(
    TopicPartition Name, Guid TopicId, NodeId Node, TopicSettings Topic, PartitionSettings Settings, NodeStorage Storage, IActorRef Flusher,
    Func<NodeId, string?> PartitionsPathOf)
{
    public string Folder => Storage.FolderOf(Name);
}
