using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>Message of the persistence protocol.</summary>
public interface IPersistenceMessage : INoSerializationVerificationNeeded
{
}

/// <summary>Message to or from a journal.</summary>
public interface IJournalMessage : IPersistenceMessage
{
}

/// <summary>Request to a journal.</summary>
public interface IJournalRequest : IJournalMessage
{
}

/// <summary>Answer of a journal.</summary>
public interface IJournalResponse : IJournalMessage
{
}

/// <summary>Request to write events; those of one <see cref="AtomicWrite"/> together or not at all.</summary>
public sealed class WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId) : IJournalRequest
{
    public IEnumerable<IPersistentEnvelope> Messages { get; } = messages;

    public IActorRef PersistentActor { get; } = persistentActor;

    public int ActorInstanceId { get; } = actorInstanceId;
}

/// <summary>The journal has taken a <see cref="WriteMessages"/>; one answer an event follows.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    public static readonly WriteMessagesSuccessful Instance = new();

    private WriteMessagesSuccessful()
    {
    }
}

/// <summary>The journal could not write; one <see cref="WriteMessageFailure"/> an event follows.</summary>
public sealed class WriteMessagesFailed(Exception cause, int writeCount) : IJournalResponse
{
    public Exception Cause { get; } = cause ?? throw new ArgumentNullException(nameof(cause));

    public int WriteCount { get; } = writeCount;
}

/// <summary>The event is written.</summary>
public sealed class WriteMessageSuccess(IPersistentRepresentation persistent, int actorInstanceId) : IJournalResponse
{
    public IPersistentRepresentation Persistent { get; } = persistent;

    public int ActorInstanceId { get; } = actorInstanceId;
}

/// <summary>The journal refused the event before writing it.</summary>
public sealed class WriteMessageRejected(IPersistentRepresentation persistent, Exception cause, int actorInstanceId) : IJournalResponse
{
    public IPersistentRepresentation Persistent { get; } = persistent;

    public Exception Cause { get; } = cause ?? throw new ArgumentNullException(nameof(cause));

    public int ActorInstanceId { get; } = actorInstanceId;
}

/// <summary>The event could not be written; whether it is there is unknown.</summary>
public sealed class WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId) : IJournalResponse
{
    public IPersistentRepresentation Persistent { get; } = persistent;

    public Exception Cause { get; } = cause ?? throw new ArgumentNullException(nameof(cause));

    public int ActorInstanceId { get; } = actorInstanceId;
}

/// <summary>A deferred message comes back, in its place among the events.</summary>
public sealed class LoopMessageSuccess(object message, int actorInstanceId) : IJournalResponse
{
    public object Message { get; } = message;

    public int ActorInstanceId { get; } = actorInstanceId;
}

/// <summary>Request to replay events.</summary>
public sealed class ReplayMessages(long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor) : IJournalRequest
{
    public long FromSequenceNr { get; } = fromSequenceNr;

    public long ToSequenceNr { get; } = toSequenceNr;

    public long Max { get; } = max;

    public string PersistenceId { get; } = persistenceId;

    public IActorRef PersistentActor { get; } = persistentActor;
}

/// <summary>One event of a replay.</summary>
public sealed class ReplayedMessage(IPersistentRepresentation persistent) : IJournalResponse, IDeadLetterSuppression
{
    public IPersistentRepresentation Persistent { get; } = persistent;
}

/// <summary>The replay is over.</summary>
public sealed class RecoverySuccess(long highestSequenceNr) : IJournalResponse, IDeadLetterSuppression
{
    public long HighestSequenceNr { get; } = highestSequenceNr;
}

/// <summary>The replay failed.</summary>
public sealed class ReplayMessagesFailure(Exception cause) : IJournalResponse, IDeadLetterSuppression
{
    public Exception Cause { get; } = cause ?? throw new ArgumentNullException(nameof(cause));
}

/// <summary>Request to delete events up to a sequence number.</summary>
public sealed class DeleteMessagesTo(string persistenceId, long toSequenceNr, IActorRef persistentActor) : IJournalRequest
{
    public string PersistenceId { get; } = persistenceId;

    public long ToSequenceNr { get; } = toSequenceNr;

    public IActorRef PersistentActor { get; } = persistentActor;
}

/// <summary>The events are deleted.</summary>
public sealed record DeleteMessagesSuccess(long ToSequenceNr);

/// <summary>The events could not be deleted.</summary>
public sealed record DeleteMessagesFailure(Exception Cause, long ToSequenceNr);
