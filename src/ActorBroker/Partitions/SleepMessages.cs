using ActorBroker.Messages;

namespace ActorBroker.Partitions;

/// <summary>Command to a <see cref="PartitionActor"/> that no message can reach any more but those before this one: when nothing is under way, close
/// the log and end. Answered by <see cref="LogClosed"/> and the actor's termination, or by <see cref="StaysAwake"/>.</summary>
internal sealed record FallAsleep : IPartitionMessage
{
    public static readonly FallAsleep Instance = new();
}

/// <summary>Reply: a producer or a consumer waits for this partition, or a move.</summary>
internal sealed record StaysAwake : IPartitionMessage
{
    public static readonly StaysAwake Instance = new();
}

/// <summary>Event from a <see cref="PartitionActor"/> that ends: its log is closed cleanly, so that it can lead again in the same term.</summary>
internal sealed record LogClosed(SleepingLog Log);

/// <summary>Command to <see cref="PartitionsActor"/>: a message waits in the route of a partition that is asleep.</summary>
internal sealed record WakePartition(PartitionRef Route);

/// <summary>Tick: look for partitions that have nothing to do.</summary>
internal sealed record IdleTick
{
    public static readonly IdleTick Instance = new();
}

/// <summary>Command: delete the folder of a partition whose log is closed. Answered by <see cref="FolderDeleted"/>.</summary>
internal sealed record DeleteFolder(TopicPartition Partition);

/// <summary>Reply: the folder is gone, or the log says why not.</summary>
internal sealed record FolderDeleted(TopicPartition Partition);
