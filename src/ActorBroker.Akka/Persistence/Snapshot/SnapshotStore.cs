using Akka.Actor;

namespace Akka.Persistence.Snapshot;

/// <summary>Base of snapshot store plug-ins.</summary>
public abstract class SnapshotStore : ActorBase
{
    /// <summary>The newest snapshot that fits; null when there is none.</summary>
    protected abstract Task<SelectedSnapshot> LoadAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    protected abstract Task SaveAsync(SnapshotMetadata metadata, object snapshot);

    protected abstract Task DeleteAsync(SnapshotMetadata metadata);

    protected abstract Task DeleteAsync(string persistenceId, SnapshotSelectionCriteria criteria);

    /// <summary>Messages of the plug-in's own.</summary>
    protected virtual bool ReceivePluginInternal(object message) => false;

    protected sealed override bool Receive(object message)
    {
        switch (message)
        {
            case LoadSnapshot load:
                Answer(LoadAnswerAsync(load));
                return true;
            case SaveSnapshot save:
                Answer(GuardAsync(() => SaveAsync(save.Metadata, save.Snapshot), new SaveSnapshotSuccess(save.Metadata), cause => new SaveSnapshotFailure(save.Metadata, cause)));
                return true;
            case DeleteSnapshot delete:
                Answer(GuardAsync(() => DeleteAsync(delete.Metadata), new DeleteSnapshotSuccess(delete.Metadata), cause => new DeleteSnapshotFailure(delete.Metadata, cause)));
                return true;
            case DeleteSnapshots delete:
                Answer(GuardAsync(
                    () => DeleteAsync(delete.PersistenceId, delete.Criteria), new DeleteSnapshotsSuccess(delete.Criteria), cause => new DeleteSnapshotsFailure(delete.Criteria, cause)));
                return true;
            default:
                return ReceivePluginInternal(message);
        }
    }

    private static async Task<object> GuardAsync(Func<Task> work, object success, Func<Exception, object> failure)
    {
        try
        {
            await work().ConfigureAwait(false);
            return success;
        }
        catch (Exception cause)
        {
            return failure(cause);
        }
    }

    private async Task<object> LoadAnswerAsync(LoadSnapshot load)
    {
        if (load.Criteria.Equals(SnapshotSelectionCriteria.None))
        {
            return new LoadSnapshotResult(null, load.ToSequenceNr);
        }

        try
        {
            var snapshot = await LoadAsync(load.PersistenceId, load.Criteria.Limit(load.ToSequenceNr)).ConfigureAwait(false);
            return new LoadSnapshotResult(snapshot, load.ToSequenceNr);
        }
        catch (Exception cause)
        {
            return new LoadSnapshotFailed(cause);
        }
    }

    private void Answer(Task<object> answer) => answer.PipeTo(Sender, Self);
}
