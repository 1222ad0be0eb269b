using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>Base of what writes events.</summary>
public abstract class WriteJournalBase : ActorBase
{
    /// <summary>The writes of a request, as the plugin is to store them.</summary>
    protected IEnumerable<AtomicWrite> PreparePersistentBatch(IEnumerable<IPersistentEnvelope> resequenceables) => resequenceables.OfType<AtomicWrite>();
}

/// <summary>What can replay events.</summary>
public interface IAsyncRecovery
{
    Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);
}

/// <summary>Base of journal plug-ins.</summary>
/// <remarks>An actor has at most one write under way at a time, so its answers keep their order without a resequencer.</remarks>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    /// <summary>Replays events in order through the callback.</summary>
    public abstract Task ReplayMessagesAsync(
        IActorContext context, string persistenceId, long fromSequenceNr, long toSequenceNr, long max, Action<IPersistentRepresentation> recoveryCallback);

    /// <summary>The highest sequence number ever stored, also of deleted events; 0 when there was none.</summary>
    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

    /// <summary>Writes all. A failed task: it is unknown what was written.</summary>
    /// <returns>Null or empty: all written. Otherwise one entry a write: null for written, an exception for rejected.</returns>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);

    /// <summary>Deletes events up to the number, inclusive.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Messages of the plug-in's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages write:
                Finish(WriteAsync(write, Sender));
                return true;
            case ReplayMessages replay:
                Finish(ReplayAsync(replay, Context));
                return true;
            case DeleteMessagesTo delete:
                Finish(DeleteAsync(delete));
                return true;
            default:
                return false;
        }
    }

    /// <summary>These tasks handle their own failures; a bug in that must not go unseen.</summary>
    private void Finish(Task task)
    {
        if (!task.IsCompletedSuccessfully)
        {
            task.ContinueWith(
                static (failed, self) => ((IActorRef)self!).Tell(new Status.Failure(failed.Exception!), ActorRefs.NoSender),
                Self,
                CancellationToken.None,
                TaskContinuationOptions.OnlyOnFaulted,
                TaskScheduler.Default);
        }
    }

    private async Task WriteAsync(WriteMessages request, IActorRef sender)
    {
        var self = Self;
        var writes = PreparePersistentBatch(request.Messages).ToArray();
        IImmutableList<Exception>? results = null;
        Exception? failure = null;
        try
        {
            results = writes.Length > 0 ? await WriteMessagesAsync(writes).ConfigureAwait(false) : null;
            if (results is { Count: > 0 } && results.Count != writes.Length)
            {
                throw new InvalidOperationException($"WriteMessagesAsync returned invalid number or results. Expected [{writes.Length}], but got [{results.Count}].");
            }
        }
        catch (Exception cause)
        {
            failure = cause;
        }

        request.PersistentActor.Tell(failure is null ? WriteMessagesSuccessful.Instance : new WriteMessagesFailed(failure, writes.Length), self);
        var index = 0;
        foreach (var message in request.Messages)
        {
            if (message is AtomicWrite write)
            {
                Answer(request, write, failure, results is { Count: > 0 } ? results[index] : null);
                index++;
            }
            else
            {
                request.PersistentActor.Tell(new LoopMessageSuccess(message.Payload, request.ActorInstanceId), message.Sender);
            }
        }
    }

    private static void Answer(WriteMessages request, AtomicWrite write, Exception? failure, Exception? rejection)
    {
        foreach (var persistent in (IEnumerable<IPersistentRepresentation>)write.Payload)
        {
            object answer = failure is not null ? new WriteMessageFailure(persistent, failure, request.ActorInstanceId)
                : rejection is not null ? new WriteMessageRejected(persistent, rejection, request.ActorInstanceId)
                : new WriteMessageSuccess(persistent, request.ActorInstanceId);
            request.PersistentActor.Tell(answer, persistent.Sender);
        }
    }

    private async Task ReplayAsync(ReplayMessages request, IActorContext context)
    {
        try
        {
            var highest = await ReadHighestSequenceNrAsync(request.PersistenceId, Math.Max(0L, request.FromSequenceNr - 1)).ConfigureAwait(false);
            var to = Math.Min(request.ToSequenceNr, highest);
            if (highest > 0 && request.FromSequenceNr <= to)
            {
                await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, persistent =>
                {
                    if (!persistent.IsDeleted)
                    {
                        request.PersistentActor.Tell(new ReplayedMessage(persistent), ActorRefs.NoSender);
                    }
                }).ConfigureAwait(false);
            }

            request.PersistentActor.Tell(new RecoverySuccess(highest), ActorRefs.NoSender);
        }
        catch (Exception cause)
        {
            request.PersistentActor.Tell(new ReplayMessagesFailure(cause), ActorRefs.NoSender);
        }
    }

    private async Task DeleteAsync(DeleteMessagesTo request)
    {
        try
        {
            await DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr).ConfigureAwait(false);
            request.PersistentActor.Tell(new DeleteMessagesSuccess(request.ToSequenceNr), ActorRefs.NoSender);
        }
        catch (Exception cause)
        {
            request.PersistentActor.Tell(new DeleteMessagesFailure(cause, request.ToSequenceNr), ActorRefs.NoSender);
        }
    }
}
