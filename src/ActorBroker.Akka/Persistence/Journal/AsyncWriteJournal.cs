using System.Collections.Immutable;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>
/// Base of journal plug-ins. Writes may end in any order; their answers leave in the order of the requests.
/// Calls that fail or take too long open a circuit breaker, see <c>journal-plugin-fallback.circuit-breaker</c>.
/// </summary>
public abstract class AsyncWriteJournal : WriteJournalBase, IAsyncRecovery
{
    private readonly PluginBreaker _breaker;
    private readonly ReplayFilterSettings _replayFilter;
    private readonly WriteAnswers _answers = new();

    protected AsyncWriteJournal()
    {
        var config = Persistence.Instance.Apply(Context.System).ConfigFor(Self, isJournal: true);
        _breaker = PluginBreaker.From(Context.System.Scheduler, config);
        _replayFilter = ReplayFilterSettings.From(config);
    }

    public abstract Task ReplayMessagesAsync(
        IActorContext context,
        string persistenceId,
        long fromSequenceNr,
        long toSequenceNr,
        long max,
        Action<IPersistentRepresentation> recoveryCallback);

    public abstract Task<long> ReadHighestSequenceNrAsync(string persistenceId, long fromSequenceNr);

#nullable disable annotations // overrides of users are annotated or not
    /// <summary>Writes each <see cref="AtomicWrite"/> as a whole or not at all.</summary>
    /// <returns>Null or empty when all are written; otherwise one entry a write, null or why it was refused. A failed task says
    /// that nothing is known.</returns>
    protected abstract Task<IImmutableList<Exception>> WriteMessagesAsync(IEnumerable<AtomicWrite> messages);
#nullable restore annotations

    /// <summary>Forgets events up to that number, inclusive; the number itself stays known.</summary>
    protected abstract Task DeleteMessagesToAsync(string persistenceId, long toSequenceNr);

    /// <summary>Messages of the plug-in's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message) => ReceiveWriteJournal(message) || ReceivePluginInternal(message);

    protected bool ReceiveWriteJournal(object message)
    {
        switch (message)
        {
            case WriteMessages request:
                Write(request);
                return true;
            case WriteEnded ended:
                _answers.Ended(ended.Number, ended.Outcome);
                return true;
            case ReplayMessages request:
                Replay(request);
                return true;
            case DeleteMessagesTo request:
                Delete(request);
                return true;
            default:
                return false;
        }
    }

    /// <summary>The one exception of an aggregate of one.</summary>
    protected static Exception TryUnwrapException(Exception e)
    {
        ArgumentNullException.ThrowIfNull(e);
        return e is AggregateException { InnerExceptions: [var only] } ? only : e;
    }

    private void Write(WriteMessages request)
    {
        var number = _answers.Begin(request, Self);
        var write = WriteOutcomeAsync(request);
        if (write.IsCompletedSuccessfully)
        {
            _answers.Ended(number, write.Result);
        }
        else
        {
            var self = Self;
            write.PipeTo(self, self, outcome => new WriteEnded(number, outcome));
        }
    }

    /// <summary>Never fails: a failure is an outcome.</summary>
    private async Task<WriteOutcome> WriteOutcomeAsync(WriteMessages request)
    {
        try
        {
            var writes = PreparePersistentBatch(request.Messages).ToArray();
            if (writes.Length == 0)
            {
                return WriteOutcome.AllWritten;
            }

            var refusals = await _breaker.Call(() => WriteMessagesAsync(writes)).ConfigureAwait(false);
            return refusals is null || refusals.Count == 0 || refusals.Count == writes.Length
                ? new WriteOutcome(refusals, null)
                : throw new InvalidOperationException(
                    $"AsyncWriteMessages return invalid number or results. Expected [{writes.Length}], but got [{refusals.Count}].");
        }
        catch (Exception failure)
        {
            // Becomes the answer to whoever asked.
            return new WriteOutcome(null, TryUnwrapException(failure));
        }
    }

    private void Replay(ReplayMessages request)
    {
        var context = Context;
        var replyTo = _replayFilter.Mode == ReplayFilterMode.Disabled
            ? request.PersistentActor
            : context.ActorOf(ReplayFilter.Props(
                request.PersistentActor, _replayFilter.Mode, _replayFilter.WindowSize, _replayFilter.MaxOldWriters, _replayFilter.DebugEnabled));
        ReplayAsync(request, context, replyTo).PipeTo(
            replyTo, Self, highest => new RecoverySuccess(highest), failure => new ReplayMessagesFailure(TryUnwrapException(failure)));
    }

    private async Task<long> ReplayAsync(ReplayMessages request, IActorContext context, IActorRef replyTo)
    {
        var highest = await _breaker
            .Call(() => ReadHighestSequenceNrAsync(request.PersistenceId, Math.Max(0, request.FromSequenceNr - 1))).ConfigureAwait(false);
        var to = Math.Min(request.ToSequenceNr, highest);
        if (request.FromSequenceNr <= to)
        {
            await ReplayMessagesAsync(context, request.PersistenceId, request.FromSequenceNr, to, request.Max, persistent =>
            {
                if (!persistent.IsDeleted)
                {
                    foreach (var adapted in AdaptFromJournal(persistent))
                    {
                        replyTo.Tell(new ReplayedMessage(adapted), ActorRefs.NoSender);
                    }
                }
            }).ConfigureAwait(false);
        }

        return highest;
    }

    private void Delete(DeleteMessagesTo request) => _breaker
        .Call(() => DeleteMessagesToAsync(request.PersistenceId, request.ToSequenceNr))
        .PipeTo(
            request.PersistentActor,
            Self,
            () => new DeleteMessagesSuccess(request.ToSequenceNr),
            failure => new DeleteMessagesFailure(TryUnwrapException(failure), request.ToSequenceNr));

    private sealed record WriteEnded(long Number, WriteOutcome Outcome) : INoSerializationVerificationNeeded;
}
