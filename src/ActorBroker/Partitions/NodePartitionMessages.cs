using ActorBroker.Controller;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Command to <see cref="PartitionsActor"/>: this node holds these partitions, with these settings. Those that run are left running.</summary>
/// <param name="WhenDone">Told to its client once the settings are in force here; null: nobody waits.</param>
public sealed record HostPartitions(TopicImage Topic, ReplyToClient? WhenDone = null);

/// <summary>A reply that an actor gives in the name of another.</summary>
public sealed record ReplyToClient(IActorRef Client, IReply Reply);

/// <summary>Command to <see cref="PartitionsActor"/>, once, behind the first <see cref="HostPartitions"/> of all topics: delete data of partitions that
/// went to other nodes while this one was down.</summary>
/// <param name="Image">Up to date.</param>
public sealed record SweepFolders(ClusterImage Image);

/// <summary>Command to <see cref="PartitionsActor"/>: stop the topic's partitions and delete their data. Answered by <see cref="TopicDropped"/>.</summary>
public sealed record DropTopic(TopicImage Topic);

/// <summary>Command to <see cref="PartitionsActor"/>: close all partitions cleanly. Answered by <see cref="PartitionsClosed"/>.</summary>
public sealed record ClosePartitions
{
    public static readonly ClosePartitions Instance = new();
}

/// <summary>Reply: all partitions are closed.</summary>
public sealed record PartitionsClosed
{
    public static readonly PartitionsClosed Instance = new();
}

/// <summary>Event: the partition's disk failed or its files are damaged; it refuses everything with a storage error until the node restarts.</summary>
/// <param name="IsReadable">Everything but reading.</param>
public sealed record PartitionFenced(TopicPartition Partition, string Reason, bool IsReadable);
