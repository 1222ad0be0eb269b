using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>Reply: a write has ended well as a whole; the answers for its events follow.</summary>
public sealed class WriteMessagesSuccessful : IJournalResponse
{
    private WriteMessagesSuccessful()
    {
    }

    public static WriteMessagesSuccessful Instance { get; } = new();
}

/// <summary>Reply: a write has failed, or it is not known how it ended.</summary>
public sealed record WriteMessagesFailed : IJournalResponse
{
    public WriteMessagesFailed(Exception cause, int writeCount)
    {
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
        WriteCount = writeCount;
    }

    public Exception Cause { get; }

    public int WriteCount { get; }
}

/// <summary>Reply: one event is written.</summary>
public sealed record WriteMessageSuccess : IJournalResponse
{
    public WriteMessageSuccess(IPersistentRepresentation persistent, int actorInstanceId)
    {
        Persistent = persistent;
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public int ActorInstanceId { get; }
}

/// <summary>Reply: one event was refused, it cannot be serialized for example; nothing of it is written.</summary>
public sealed record WriteMessageRejected : IJournalResponse, INoSerializationVerificationNeeded
{
    public WriteMessageRejected(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public Exception Cause { get; }

    public int ActorInstanceId { get; }
}

/// <summary>Reply: one event may or may not be written. Its actor stops.</summary>
public sealed record WriteMessageFailure : IJournalResponse
{
    public WriteMessageFailure(IPersistentRepresentation persistent, Exception cause, int actorInstanceId)
    {
        Persistent = persistent;
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
        ActorInstanceId = actorInstanceId;
    }

    public IPersistentRepresentation Persistent { get; }

    public Exception Cause { get; }

    public int ActorInstanceId { get; }
}

/// <summary>Reply: the turn of an event that is not written has come.</summary>
public sealed record LoopMessageSuccess : IJournalResponse
{
    public LoopMessageSuccess(object message, int actorInstanceId)
    {
        Message = message;
        ActorInstanceId = actorInstanceId;
    }

    public object Message { get; }

    public int ActorInstanceId { get; }
}

/// <summary>Reply: one event of a recovery.</summary>
public sealed record ReplayedMessage : IJournalResponse, IDeadLetterSuppression
{
    public ReplayedMessage(IPersistentRepresentation persistent) => Persistent = persistent;

    public IPersistentRepresentation Persistent { get; }
}

/// <summary>Reply: all events have been sent.</summary>
public sealed record RecoverySuccess : IJournalResponse, IDeadLetterSuppression
{
    public RecoverySuccess(long highestSequenceNr) => HighestSequenceNr = highestSequenceNr;

    /// <summary>The number of the last event that was ever written, deleted or not; 0 for none.</summary>
    public long HighestSequenceNr { get; }
}

/// <summary>Reply: the events cannot be read.</summary>
public sealed record ReplayMessagesFailure : IJournalResponse, IDeadLetterSuppression
{
    public ReplayMessagesFailure(Exception cause) => Cause = cause ?? throw new ArgumentNullException(nameof(cause));

    public Exception Cause { get; }
}

/// <summary>Reply to <see cref="Eventsourced.DeleteMessages"/>.</summary>
public sealed record DeleteMessagesSuccess
{
    public DeleteMessagesSuccess(long toSequenceNr) => ToSequenceNr = toSequenceNr;

    public long ToSequenceNr { get; }
}

/// <summary>Reply to <see cref="Eventsourced.DeleteMessages"/>.</summary>
public sealed record DeleteMessagesFailure : INoSerializationVerificationNeeded
{
    public DeleteMessagesFailure(Exception cause, long toSequenceNr)
    {
        Cause = cause ?? throw new ArgumentNullException(nameof(cause));
        ToSequenceNr = toSequenceNr;
    }

    public Exception Cause { get; }

    public long ToSequenceNr { get; }
}
