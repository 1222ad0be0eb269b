using ActorBroker.Controller;
using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Partitions;

/// <summary>Message to or from one <see cref="PartitionActor"/>.</summary>
public interface IPartitionMessage;

/// <summary>How many replicas must have a batch before its producer is told.</summary>
public enum Acks : sbyte
{
    All = -1,
    None = 0,
    Leader = 1,
}

/// <summary>Why an append wrote nothing. Bugs are exceptions; these are not bugs.</summary>
public enum AppendError
{
    NotLeader,
    TooFewInSync,
    TooLargeForSegment,
    OutOfOrderSequence,
    InvalidProducerEpoch,
    Overloaded,
    TimedOut,
    DiskFailed,
}

/// <summary>Why a read returned nothing.</summary>
public enum FetchError
{
    NotLeader,
    OffsetOutOfRange,
    FencedLeaderEpoch,
    UnknownLeaderEpoch,
    Overloaded,
    DiskFailed,
}

/// <summary>Command: put one checked batch at the end of the log.
/// Answered by <see cref="Appended"/> or <see cref="AppendRefused"/>, also for <see cref="Acks.None"/>.</summary>
/// <param name="Batch">Ownership passes to the receiver, which disposes it.</param>
public sealed record Append(RequestId Id, BatchLease Batch, Acks Acks) : IPartitionMessage;

/// <summary>Reply: the batch has the offsets from <paramref name="BaseOffset"/> on.</summary>
/// <param name="LogAppendTime">Milliseconds since 1970 where the topic uses the broker's clock, otherwise −1.</param>
public sealed record Appended(RequestId Id, Offset BaseOffset, long LogAppendTime, Offset LogStart) : IPartitionMessage, IReply;

/// <summary>Reply: nothing was written.</summary>
public sealed record AppendRefused(RequestId Id, AppendError Error, Offset LogStart) : IPartitionMessage, IReply;

/// <summary>Command: read whole batches from <paramref name="From"/> on.
/// Answered by exactly one <see cref="Fetched"/> or <see cref="FetchRefused"/>; before that, when
/// <paramref name="BytesMin"/> is not there yet, by <see cref="FetchParked"/>, once or more.</summary>
/// <param name="BytesMax">Soft limit: a first batch above it comes whole. 0: nothing is read, only positions are told.</param>
/// <param name="BytesMin">0: answer at once. Otherwise the fetch waits in the partition until so many bytes are there,
/// or <see cref="CompleteFetch"/> comes.</param>
/// <param name="CurrentEpoch">The epoch the client believes in; <see cref="LeaderEpoch.None"/>: not checked.</param>
public sealed record Fetch(RequestId Id, Offset From, int BytesMax, int BytesMin, LeaderEpoch CurrentEpoch) : IPartitionMessage
{
    /// <summary>Only <see cref="FetchParked"/> tells that there is enough; it waits for <see cref="CompleteFetch"/> nevertheless. For a client
    /// that cannot take what all partitions it asks might have. It is refused, and answered when it reads nothing, as any other.</summary>
    public bool WaitsForCompletion { get; init; }

    /// <summary>What the batches are read for is taken from here before they are read, as many bytes as the reply has; who gets it gives
    /// them back. A fetch that finds no room is parked until there is. Null: not counted.</summary>
    internal LimitShare? Memory { get; init; }
}

/// <summary>Reply, not the last one: the fetch waits. <paramref name="Available"/> bytes are there already.</summary>
/// <param name="IsShortOfMemory">There is enough for it, but no memory to read it (<see cref="Fetch.Memory"/>).</param>
public sealed record FetchParked(RequestId Id, long Available, bool IsShortOfMemory = false) : IPartitionMessage, IReply;

/// <summary>Command: answer the parked fetch with what is there. No effect when it was answered before.</summary>
/// <param name="BytesMax">As in <see cref="Fetch"/>, if it is less.</param>
public sealed record CompleteFetch(RequestId Id, int BytesMax = int.MaxValue) : IPartitionMessage;

/// <summary>Command: forget the parked fetch; nobody wants an answer any more. No effect when it was answered before.</summary>
public sealed record AbandonFetch(RequestId Id) : IPartitionMessage;

/// <summary>Reply: whole batches, or none.</summary>
/// <param name="Batches">Ownership passes to the receiver, which disposes it; null when there is nothing.</param>
/// <param name="Next">Where the next fetch goes on.</param>
public sealed record Fetched(RequestId Id, BatchLease? Batches, Offset Next, Offset HighWatermark, Offset LogStart) : IPartitionMessage, IReply
{
    /// <summary>Bytes that were taken from <see cref="Fetch.Memory"/>.</summary>
    internal int BytesTaken { get; init; }
}

/// <summary>Reply: nothing was read.</summary>
public sealed record FetchRefused(RequestId Id, FetchError Error, Offset HighWatermark, Offset LogStart) : IPartitionMessage, IReply;

/// <summary>What a <see cref="FindOffset"/> looks for.</summary>
public enum OffsetQuestion
{
    /// <summary>The high watermark.</summary>
    Latest,

    /// <summary>The log start.</summary>
    Earliest,

    /// <summary>The first record at or after a timestamp.</summary>
    AtTimestamp,

    /// <summary>The record with the largest timestamp.</summary>
    MaxTimestamp,
}

/// <summary>Command: find an offset. Answered by <see cref="OffsetFound"/> or <see cref="FetchRefused"/>.</summary>
/// <param name="Timestamp">Milliseconds since 1970, for <see cref="OffsetQuestion.AtTimestamp"/>.</param>
public sealed record FindOffset(RequestId Id, OffsetQuestion Question, long Timestamp, LeaderEpoch CurrentEpoch) : IPartitionMessage;

/// <summary>Reply: the offset, or <see cref="Offset.None"/> when no record fits.</summary>
/// <param name="Timestamp">Of the record that was found; −1 where none was looked for.</param>
public sealed record OffsetFound(RequestId Id, Offset Offset, long Timestamp, LeaderEpoch Epoch) : IPartitionMessage, IReply;

/// <summary>Command: where does an epoch end here (KIP-101, KIP-320)? Answered by <see cref="EpochEndFound"/> or <see cref="FetchRefused"/>.</summary>
public sealed record FindEpochEnd(RequestId Id, LeaderEpoch Epoch, LeaderEpoch CurrentEpoch) : IPartitionMessage;

/// <summary>Reply: the largest epoch not above the one asked for, and the first offset after it.</summary>
public sealed record EpochEndFound(RequestId Id, EpochEnd End) : IPartitionMessage, IReply;

/// <summary>Command: forget the records before an offset. Answered by <see cref="RecordsDeleted"/> or <see cref="FetchRefused"/>.</summary>
/// <param name="Before">The new log start; <see cref="Offset.None"/>: the high watermark.</param>
public sealed record DeleteRecords(RequestId Id, Offset Before) : IPartitionMessage;

/// <summary>Reply: the log begins here now.</summary>
public sealed record RecordsDeleted(RequestId Id, Offset LogStart) : IPartitionMessage, IReply;

/// <summary>Command: delete segments whose time is over. Not answered.</summary>
public sealed record ApplyRetention : IPartitionMessage
{
    public static readonly ApplyRetention Instance = new();
}

/// <summary>Command: use these settings from now on. Not answered.</summary>
public sealed record Reconfigure(TopicSettings Settings) : IPartitionMessage;

/// <summary>Command: flush, mark the log as cleanly closed and stop. Answered by the actor's termination.</summary>
public sealed record ClosePartition : IPartitionMessage
{
    public static readonly ClosePartition Instance = new();
}

/// <summary>Command: stop and delete all data. Answered by the actor's termination.</summary>
public sealed record DeletePartition : IPartitionMessage
{
    public static readonly DeletePartition Instance = new();
}
