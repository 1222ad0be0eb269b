using ActorBroker.Log;

namespace ActorBroker.Messages.Sessions;

/// <summary>Request: open a producer's session on this node. Answered by <see cref="ProducerOpened"/>, whose sender is the session.</summary>
/// <remarks>The session belongs to the sender: both watch each other, and one ends with the other.</remarks>
/// <param name="ProtocolVersion">The highest that the client speaks.</param>
/// <param name="ClientId">For logs and metrics.</param>
/// <param name="IsIdempotent">The node gives out a producer id when <paramref name="ProducerId"/> is −1.</param>
/// <param name="ProducerId">The one it has from an earlier session, on whatever node; −1: none yet.</param>
public sealed record OpenProducer(int ProtocolVersion, string ClientId, bool IsIdempotent, long ProducerId, short ProducerEpoch) : ISessionRequest;

/// <summary>Reply: the session is open.</summary>
/// <param name="ProducerId">To be written into each batch; −1 when not idempotent.</param>
/// <param name="CreditBytes">Bytes of batches that may be under way in this session. An answer gives the bytes of its batch back.</param>
/// <param name="CreditBatches">Number of batches that may be under way in this session.</param>
public sealed record ProducerOpened(int ProtocolVersion, long ProducerId, short ProducerEpoch, int CreditBytes, int CreditBatches) : ISessionReply;

/// <summary>To a producer's session: append one record batch. Answered by <see cref="BatchStored"/> or <see cref="BatchRefused"/>.
/// Batches of one partition are appended in the order in which they were sent.</summary>
/// <param name="Number">Names the batch in the answer; unique in the session.</param>
/// <param name="Acks">−1 all in-sync replicas, 1 the leader. 0: the answer comes too, and gives the credit back.</param>
/// <param name="Batch">Record batch, magic 2, as the log holds it.</param>
public sealed record StoreBatch(long Number, TopicPartition Partition, sbyte Acks, ReadOnlyMemory<byte> Batch) : ISessionMessage;

/// <summary>Reply: the batch has the offsets from <paramref name="BaseOffset"/> on.</summary>
/// <param name="LogAppendTime">Milliseconds since 1970 where the topic uses the broker's clock, otherwise −1.</param>
public sealed record BatchStored(long Number, Offset BaseOffset, long LogAppendTime, Offset LogStart) : ISessionMessage;

/// <summary>Reply: nothing was written (with <see cref="SessionError.TimedOut"/>: perhaps; an idempotent producer sends it again).</summary>
public sealed record BatchRefused(long Number, SessionError Error, string Message) : ISessionMessage;

/// <summary>To a session, from its client, or the other way round: it is over. What was sent before is still answered.</summary>
public sealed record CloseSession(SessionError Reason, string Message) : ISessionMessage;
