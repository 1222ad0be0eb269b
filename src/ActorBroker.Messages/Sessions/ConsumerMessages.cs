using ActorBroker.Log;

namespace ActorBroker.Messages.Sessions;

/// <summary>Request: open a consumer's session on this node. Answered by <see cref="ConsumerOpened"/>, whose sender is the session.</summary>
/// <remarks>The session belongs to the sender: both watch each other, and one ends with the other.</remarks>
/// <param name="ProtocolVersion">The highest that the client speaks.</param>
/// <param name="ClientId">For logs and metrics.</param>
public sealed record OpenConsumer(int ProtocolVersion, string ClientId) : ISessionRequest;

/// <summary>Reply: the session is open.</summary>
/// <param name="StreamsMax">Streams that may be open in it at a time.</param>
/// <param name="CreditBytesMax">Largest credit of one stream.</param>
public sealed record ConsumerOpened(int ProtocolVersion, int StreamsMax, int CreditBytesMax) : ISessionReply;

/// <summary>To a consumer's session: send me the partition from an offset on, as far as the credit goes. Answered by any number of
/// <see cref="BatchesRead"/>, and by one <see cref="StreamEnded"/> when it cannot go on.</summary>
/// <param name="Stream">Names the stream; never used before in the session.</param>
/// <param name="CurrentEpoch">The epoch that the client believes in; <see cref="LeaderEpoch.None"/>: not checked.</param>
/// <param name="CreditBytes">Bytes that the node may send before more is granted. The last batch may exceed it.</param>
public sealed record OpenStream(int Stream, TopicPartition Partition, Offset From, LeaderEpoch CurrentEpoch, int CreditBytes) : ISessionMessage;

/// <summary>To a consumer's session: so many bytes more may be sent.</summary>
public sealed record GrantCredit(int Stream, int Bytes) : ISessionMessage;

/// <summary>To a consumer's session: send no more of this stream. Not answered; batches on their way may still come.</summary>
public sealed record CloseStream(int Stream) : ISessionMessage;

/// <summary>From a session: the next batches of a stream. Their bytes are taken from its credit.</summary>
/// <param name="HighWatermark">First offset that cannot be read yet.</param>
/// <param name="Batches">Whole record batches as the log holds them; the first may begin before the offset that was asked for.</param>
public sealed record BatchesRead(int Stream, Offset HighWatermark, Offset LogStart, ReadOnlyMemory<byte> Batches) : ISessionMessage
{
    /// <summary>What stands before the batches when the message is written: stream, two offsets, the length.</summary>
    internal const int HeadBytes = 4 + 8 + 8 + 4;

    /// <summary>A copy of batches for one message, with room before it for the rest of the message: then writing it copies nothing.</summary>
    public static ReadOnlyMemory<byte> CopyOf(ReadOnlySpan<byte> batches)
    {
        var room = GC.AllocateUninitializedArray<byte>(HeadBytes + batches.Length);
        batches.CopyTo(room.AsSpan(HeadBytes));
        return room.AsMemory(HeadBytes);
    }
}

/// <summary>From a session: this stream is over. The client opens another one, here or elsewhere.</summary>
public sealed record StreamEnded(int Stream, SessionError Error, Offset HighWatermark, Offset LogStart, string Message) : ISessionMessage;
