using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>Base of snapshot store plug-ins. Calls that fail or take too long open a circuit breaker, see
/// <c>snapshot-store-plugin-fallback.circuit-breaker</c>.</summary>
public abstract class SnapshotStore : ActorBase
{
    private readonly PluginBreaker _breaker = PluginBreaker.From(
        Context.System.Scheduler,
        Persistence.Instance.Apply(Context.System).ConfigFor(Context.Self, isJournal: false));

#nullable disable annotations // overrides of users are annotated or not
    /// <summary>The latest snapshot that fits; null for none.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);
#nullable restore annotations

    /// <summary>Saves it; one of the same number is replaced.</summary>
    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    /// <summary>Deletes one; that there is none is no failure. <see cref="DateTime.MinValue"/> stands for any time.</summary>
    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    /// <summary>Deletes all that fit.</summary>
    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Messages of the plug-in's own, and the outcome of its saves and deletions before the actor hears of it.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot request:
                Load(request);
                return true;
            case SaveSnapshot request:
                Save(request);
                return true;
            case DeleteSnapshot request:
                Ask(
                    () => DeleteAsync(request.Metadata),
                    new DeleteSnapshotSuccess(request.Metadata),
                    failure => new DeleteSnapshotFailure(request.Metadata, failure));
                return true;
            case DeleteSnapshots request:
                Ask(
                    () => DeleteAsync(request.PersistenceId, request.Criteria),
                    new DeleteSnapshotsSuccess(request.Criteria),
                    failure => new DeleteSnapshotsFailure(request.Criteria, failure));
                return true;
            case Ended ended:
                ReceivePluginInternal(ended.Answer);
                ended.ReplyTo.Tell(ended.Answer, Self);
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    private static Exception Unwrap(Exception e) => e is AggregateException { InnerExceptions: [var only] } ? only : e;

    private void Load(LoadSnapshot request)
    {
        if (request.Criteria == SnapshotSelectionCriteria.None)
        {
            Sender.Tell(new LoadSnapshotResult(null, request.ToSequenceNr), Self);
            return;
        }

        _breaker.Call(() => LoadAsync(request.PersistenceId, request.Criteria.Limit(request.ToSequenceNr))).PipeTo(
            Sender,
            Self,
            snapshot => new LoadSnapshotResult(snapshot, request.ToSequenceNr),
            failure => new LoadSnapshotFailed(Unwrap(failure)));
    }

    private void Save(SaveSnapshot request)
    {
        var metadata = new SnapshotMetadata(
            request.Metadata.PersistenceId, request.Metadata.SequenceNr, Context.System.Scheduler.Now.UtcDateTime);
        Ask(() => SaveAsync(metadata, request.Snapshot), new SaveSnapshotSuccess(metadata), failure => new SaveSnapshotFailure(metadata, failure));
    }

    private void Ask(Func<Task> call, object success, Func<Exception, object> failure)
    {
        var replyTo = Sender;
        _breaker.Call(call).PipeTo(Self, replyTo, () => new Ended(success, replyTo), failed => new Ended(failure(Unwrap(failed)), replyTo));
    }

    private sealed record Ended(object Answer, IActorRef ReplyTo) : INoSerializationVerificationNeeded;
}
