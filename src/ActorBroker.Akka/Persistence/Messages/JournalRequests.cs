using Akka.Actor;

namespace Akka.Persistence;

/// <summary>Command: write these, in this order. Answered by <see cref="WriteMessagesSuccessful"/> or
/// <see cref="WriteMessagesFailed"/>, then one answer for each event.</summary>
public sealed record WriteMessages : IJournalRequest
{
    public WriteMessages(IEnumerable<IPersistentEnvelope> messages, IActorRef persistentActor, int actorInstanceId)
    {
        Messages = messages;
        PersistentActor = persistentActor;
        ActorInstanceId = actorInstanceId;
    }

    public IEnumerable<IPersistentEnvelope> Messages { get; }

    public IActorRef PersistentActor { get; }

    /// <summary>Comes back in the answers, so that a restarted actor knows those that are not meant for it.</summary>
    public int ActorInstanceId { get; }
}

/// <summary>Command: forget events up to a number, inclusive. Answered by <see cref="DeleteMessagesSuccess"/> or
/// <see cref="DeleteMessagesFailure"/>.</summary>
public sealed record DeleteMessagesTo : IJournalRequest
{
    public DeleteMessagesTo(string persistenceId, long toSequenceNr, IActorRef persistentActor)
    {
        PersistenceId = persistenceId;
        ToSequenceNr = toSequenceNr;
        PersistentActor = persistentActor;
    }

    public string PersistenceId { get; }

    public long ToSequenceNr { get; }

    public IActorRef PersistentActor { get; }
}

/// <summary>Command: send the events of a range, inclusive. Answered by <see cref="ReplayedMessage"/>s, then
/// <see cref="RecoverySuccess"/> or <see cref="ReplayMessagesFailure"/>.</summary>
public sealed record ReplayMessages : IJournalRequest
{
    public ReplayMessages(long fromSequenceNr, long toSequenceNr, long max, string persistenceId, IActorRef persistentActor)
    {
        FromSequenceNr = fromSequenceNr;
        ToSequenceNr = toSequenceNr;
        Max = max;
        PersistenceId = persistenceId;
        PersistentActor = persistentActor;
    }

    public long FromSequenceNr { get; }

    public long ToSequenceNr { get; }

    public long Max { get; }

    public string PersistenceId { get; }

    public IActorRef PersistentActor { get; }
}
