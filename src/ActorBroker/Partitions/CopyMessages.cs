using ActorBroker.Controller;

namespace ActorBroker.Partitions;

/// <summary>Command from a copy in the making to the partition that it copies. Answered by <see cref="CopyPart"/> or <see cref="CopyRefused"/>.</summary>
/// <param name="Move">Number of the move.</param>
/// <param name="From">Where the copy ends so far; −1: it has nothing and begins at the log's start.</param>
internal sealed record FetchCopy(long Move, long From, int BytesMax) : IPeerMessage;

/// <summary>Command: take no more appends; promise it durably; then say where the log ends. Answered by a <see cref="CopyPart"/> that
/// <see cref="CopyPart.IsFinal"/>, now or, repeated, later, or by <see cref="CopyRefused"/>.</summary>
internal sealed record HandOver(long Move, long From, int BytesMax) : IPeerMessage;

/// <summary>Reply: batches from the asked offset on.</summary>
/// <param name="From">As asked, or the base of the first batch where the log begins.</param>
/// <param name="Next">Behind the last batch.</param>
/// <param name="LogStart">Where readers may begin.</param>
/// <param name="LogEnd">Where the source's log ends now.</param>
/// <param name="Epoch">In which the source leads.</param>
/// <param name="IsFinal">The source takes nothing more: <paramref name="LogEnd"/> stays.</param>
internal sealed record CopyPart(long Move, long From, long Next, long LogStart, long LogEnd, int Epoch, bool IsFinal) : IHasBytes
{
    public byte[] Bytes { get; init; } = [];
}

/// <summary>Reply: nothing can be copied now.</summary>
internal sealed record CopyRefused(long Move, string Reason) : IPeerMessage;

/// <summary>Event: a copy has everything, durably, and has stored that its term begins.</summary>
internal sealed record CopyReady(long Move, Guid TopicId, int Partition, int Epoch);

/// <summary>Event: a copy cannot be made.</summary>
internal sealed record CopyFailed(long Move, Guid TopicId, int Partition, string Reason);
