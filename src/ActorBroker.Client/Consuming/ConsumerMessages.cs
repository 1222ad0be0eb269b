using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Consuming;

/// <summary>From the application to its engine. Never leaves the process.</summary>
internal interface IConsumerCommand;

/// <summary>Read these, and nothing else.</summary>
internal sealed record AssignCommand(ImmutableArray<TopicPartitionStart> Partitions) : IConsumerCommand;

/// <summary>Become a member of the group.</summary>
internal sealed record SubscribeCommand(ImmutableArray<string> Topics) : IConsumerCommand;

/// <param name="Done">When the new position is known.</param>
internal sealed record SeekCommand(TopicPartitionStart Start, TaskCompletionSource Done) : IConsumerCommand;

/// <summary>These are not paused any more.</summary>
internal sealed record ResumeCommand(ImmutableArray<TopicPartition> Partitions) : IConsumerCommand;

/// <param name="Offsets">Null: the positions.</param>
internal sealed record CommitCommand(ImmutableArray<(TopicPartition Partition, Offset Offset)>? Offsets, TaskCompletionSource Done) : IConsumerCommand;

/// <summary>The next chunk, please. The application has nothing in hand.</summary>
/// <param name="Reply">Null when the consumer is disposed of.</param>
internal sealed record TakeCommand(TaskCompletionSource<Chunk?> Reply, ReturnedChunk? Returned) : IConsumerCommand;

/// <summary>The enumeration is over; what it had in hand does not count as processed.</summary>
internal sealed record EndEnumeration(ReturnedChunk? Returned) : IConsumerCommand;

/// <summary>End everything.</summary>
internal sealed record CloseCommand : IConsumerCommand
{
    public static readonly CloseCommand Instance = new();
}

/// <summary>A chunk that the application gives back.</summary>
internal sealed record ReturnedChunk(Chunk Chunk, ChunkState State);

internal enum ChunkState
{
    Consumed,

    /// <summary>There is something left in it, below its end.</summary>
    Unfinished,

    /// <summary>Fetch it again.</summary>
    Damaged,
}
