using System.Collections.Immutable;
using ActorBroker;
using Akka.Actor;

namespace Akka.Persistence.Journal;

/// <summary>How a write ended: refusals as in <see cref="AsyncWriteJournal"/>, or the failure of all of it.</summary>
internal sealed record WriteOutcome(IImmutableList<Exception>? Refusals, Exception? Failure)
{
    public static readonly WriteOutcome AllWritten = new(null, null);
}

/// <summary>Holds the answers to writes back until those of all earlier writes have left.</summary>
/// <remarks>Owner: the journal's thread.</remarks>
internal sealed class WriteAnswers
{
    private readonly Dictionary<long, Waiting> _waiting = [];
    private long _begun;
    private long _answered;

    public long Begin(WriteMessages request, IActorRef journal)
    {
        _waiting.Add(_begun, new Waiting(request, journal));
        return _begun++;
    }

    public void Ended(long number, WriteOutcome outcome)
    {
        Check.That(number >= _answered);
        Check.That(number < _begun);
        _waiting[number].Outcome = outcome;
        while (_waiting.TryGetValue(_answered, out var first) && first.Outcome is not null)
        {
            _waiting.Remove(_answered);
            _answered++;
            Answer(first.Request, first.Outcome, first.Journal);
        }
    }

    private static void Answer(WriteMessages request, WriteOutcome outcome, IActorRef journal)
    {
        var to = request.PersistentActor;
        to.Tell(
            outcome.Failure is null
                ? WriteMessagesSuccessful.Instance
                : new WriteMessagesFailed(outcome.Failure, request.Messages.Count(message => message is AtomicWrite)),
            journal);
        var write = 0;
        foreach (var envelope in request.Messages)
        {
            if (envelope is not AtomicWrite atomic)
            {
                to.Tell(new LoopMessageSuccess(envelope.Payload, request.ActorInstanceId), envelope.Sender);
                continue;
            }

            var refusal = outcome.Refusals is { Count: > 0 } refusals ? refusals[write] : null;
            write++;
            foreach (var persistent in atomic.Events)
            {
                // On behalf of who sent the command, so that the handler can answer.
                to.Tell(AnswerTo(persistent, outcome.Failure, refusal, request.ActorInstanceId), persistent.Sender);
            }
        }
    }

    private static IJournalResponse AnswerTo(IPersistentRepresentation persistent, Exception? failure, Exception? refusal, int actorInstanceId)
    {
        if (failure is not null)
        {
            return new WriteMessageFailure(persistent, failure, actorInstanceId);
        }

        return refusal is null
            ? new WriteMessageSuccess(persistent, actorInstanceId)
            : new WriteMessageRejected(persistent, refusal, actorInstanceId);
    }

    private sealed class Waiting(WriteMessages request, IActorRef journal)
    {
        public WriteMessages Request { get; } = request;

        public IActorRef Journal { get; } = journal;

        public WriteOutcome? Outcome { get; set; }
    }
}
