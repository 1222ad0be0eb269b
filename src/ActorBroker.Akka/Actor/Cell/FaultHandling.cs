using Akka.Dispatch.SysMsg;
using static Akka.Actor.ActorChildren;

namespace Akka.Actor;

/// <summary>
/// Birth, failure, restart and end of an actor. The rule behind it: a failed actor handles no user message until its
/// supervisor has spoken, and one that waits for children to stop handles none until they have. Owner: the actor's thread.
/// </summary>
internal sealed class FaultHandling(ActorCell cell)
{
    /// <summary>Null: not failed. Otherwise the child whose failure was escalated, or the actor itself.</summary>
    private IActorRef? _failedBy;

    /// <summary>The old instance is gone, its children are about to be; the new instance comes after them.</summary>
    private bool _isWaiting;

    /// <summary>There has been an instance. Without one a restart is another attempt at the first start.</summary>
    private bool _wasCreated;

    public bool IsTerminating { get; private set; }

    private IInternalActorRef Self => (IInternalActorRef)cell.Self;

    public void Handle(SystemMessage message)
    {
        switch (message)
        {
            case Create create:
                Create(create.Failure);
                break;
            case Recreate recreate:
                Recreate(recreate.Cause);
                break;
            case Dispatch.SysMsg.Suspend:
                cell.Mailbox.Suspend();
                SuspendChildren(null);
                break;
            case Resume resume:
                Resume(resume.CausedByFailure);
                break;
            case Dispatch.SysMsg.Terminate:
                Terminate();
                break;
            case Failed failed:
                HandleFailed(failed);
                break;
            default:
                throw new InvalidOperationException($"System message {message} is not one for an actor.");
        }
    }

    /// <summary>Suspends this actor and everything below it, and asks the supervisor.</summary>
    /// <param name="cause">What went wrong.</param>
    /// <param name="perpetrator">The child whose failure is escalated; null when it is the actor's own.</param>
    public void HandleInvokeFailure(Exception cause, IActorRef? perpetrator)
    {
        if (_failedBy is not null)
        {
            // Already waiting for the supervisor, or stopping: nobody to decide about this one.
            cell.PublishError(cause, "failed again before the supervisor has decided, or while stopping");
            return;
        }

        _failedBy = perpetrator ?? Self;
        cell.AbandonAsync();
        cell.Mailbox.Suspend();
        SuspendChildren(perpetrator);
        cell.Parent.SendSystemMessage(new Failed(Self, cause, Self.Path.Uid));
    }

    public void HandleChildTerminated(IActorRef child)
    {
        var (reason, cause) = cell.Children.Remove(child);
        if (reason == Waiting.Nothing && !IsTerminating)
        {
            cell.Strategy.HandleChildTerminated(cell, child, cell.Children.Refs());
        }

        switch (reason)
        {
            case Waiting.ToCreate:
                FinishCreate();
                break;
            case Waiting.ToRecreate:
                FinishRecreate(cause!);
                break;
            case Waiting.ToTerminate:
                FinishTerminate();
                break;
            case Waiting.Nothing:
                break;
        }
    }

    private void Create(ActorInitializationException? failure)
    {
        if (failure is not null)
        {
            throw failure;
        }

        try
        {
            cell.NewInstance().AroundPreStart();
            _wasCreated = true;
            cell.PublishDebug(cell.SystemImpl.Settings.DebugLifecycle, "Started (" + cell.Actor + ")");
        }
        catch (Exception cause)
        {
            // Without PostStop: this instance never was.
            cell.DropInstance();
            throw new ActorInitializationException(Self, "Exception during creation", cause);
        }
    }

    private void Recreate(Exception cause)
    {
        if (IsTerminating)
        {
            return;
        }

        if (_isWaiting)
        {
            cell.Mailbox.Resume();   // asked again while the children stop: each restart ends one suspension
            return;
        }

        if (!_wasCreated)
        {
            RecreateFromNothing();
            return;
        }

        try
        {
            cell.Actor?.AroundPreRestart(cause, cell.CurrentMessage!);   // null when the last restart failed
        }
        catch (Exception inHook)
        {
            // The instance goes anyway; the hook's own failure is only logged.
            var failure = new PreRestartException(Self, inHook, cause, cell.CurrentMessage!);
            cell.PublishError(failure, inHook.Message);
        }

        cell.AbandonAsync();
        cell.SetReceiveTimeout(null);
        cell.DropInstance();
        cell.EndOfMessage();
        _isWaiting = cell.Children.Wait(Waiting.ToRecreate, cause);
        if (!_isWaiting)
        {
            FinishRecreate(cause);
        }
    }

    private void FinishRecreate(Exception cause)
    {
        // Those that PreRestart has let live.
        var survivors = cell.Children.Refs();
        _isWaiting = false;
        try
        {
            ClearFailure();
            cell.Mailbox.Resume();
            cell.NewInstance().AroundPostRestart(cause, null!);
            cell.PublishDebug(cell.SystemImpl.Settings.DebugLifecycle, "Restarted");
        }
        catch (Exception inHook)
        {
            cell.DropInstance();
            _failedBy = Self;
            cell.Mailbox.Suspend();   // the survivors still are
            cell.Parent.SendSystemMessage(new Failed(Self, new PostRestartException(Self, inHook, cause), Self.Path.Uid));
            return;
        }

        foreach (var child in survivors)
        {
            child.Restart(cause);
        }
    }

    /// <summary>There is no instance: its constructor or PreStart failed. Children it made do not survive it.</summary>
    private void RecreateFromNothing()
    {
        foreach (var child in cell.Children.Refs())
        {
            cell.Stop(child);
        }

        cell.EndOfMessage();
        _isWaiting = cell.Children.Wait(Waiting.ToCreate, null);
        if (!_isWaiting)
        {
            FinishCreate();
        }
    }

    private void FinishCreate()
    {
        _isWaiting = false;
        ClearFailure();
        cell.Mailbox.Resume();
        Create(null);
    }

    private void Resume(Exception? cause)
    {
        if (IsTerminating)
        {
            return;
        }

        if (_isWaiting)
        {
            cell.Mailbox.Resume();
            return;
        }

        if (cell.Actor is null && cause is not null)
        {
            Recreate(cause);   // there is nothing that could go on
            return;
        }

        var perpetrator = _failedBy;
        if (cause is not null)
        {
            ClearFailure();
            if (!cell.IsAwaiting)
            {
                cell.EndOfMessage();
            }
        }

        cell.Mailbox.Resume();
        foreach (var child in cell.Children.Refs())
        {
            child.Resume(child.Equals(perpetrator) ? cause : null);
        }
    }

    private void Terminate()
    {
        if (IsTerminating)
        {
            return;
        }

        cell.SetReceiveTimeout(null);
        cell.UnwatchAll();
        cell.AbandonAsync();
        IsTerminating = true;
        foreach (var child in cell.Children.Refs())
        {
            cell.Stop(child);
        }

        if (cell.Children.Wait(Waiting.ToTerminate, null))
        {
            cell.Mailbox.Suspend();
            _failedBy ??= Self;   // failures from now on concern nobody
            cell.PublishDebug(cell.SystemImpl.Settings.DebugLifecycle, "Stopping");
        }
        else
        {
            FinishTerminate();
        }
    }

    private void FinishTerminate()
    {
        _failedBy ??= Self;
        try
        {
            cell.Actor?.AroundPostStop();
        }
        catch (Exception inHook)
        {
            // The actor is over whatever its last words do.
            cell.PublishError(inHook, inHook.Message);
        }

        cell.PublishDebug(cell.SystemImpl.Settings.DebugLifecycle, "Stopped");
        cell.SetReceiveTimeout(null);
        cell.UnwatchAll();
        try
        {
            cell.DropInstance();
        }
        finally
        {
            cell.Children.Close();
            cell.Dispatcher.Detach(cell);
            cell.Parent.SendSystemMessage(new DeathWatchNotification(Self, existenceConfirmed: true, addressTerminated: false));
            cell.TellWatchersWeDied();
            cell.EndOfMessage();
        }
    }

    private void HandleFailed(Failed failed)
    {
        if (cell.Children.StatsOf(failed.Child) is not { } stats || stats.Uid != failed.Uid)
        {
            return;   // gone in the meantime
        }

        var isHandled = false;
        try
        {
            isHandled = cell.AsSender(
                failed.Child,
                () => cell.Strategy.HandleFailure(cell, failed.Child, failed.Cause, stats, cell.Children.Stats()));
        }
        catch (Exception inDecider)
        {
            // The decision itself failed: that is this actor's failure.
            HandleInvokeFailure(inDecider, failed.Child);
            return;
        }

        if (!isHandled)
        {
            HandleInvokeFailure(failed.Cause, failed.Child);
        }
    }

    private void ClearFailure() => _failedBy = null;

    private void SuspendChildren(IActorRef? except)
    {
        foreach (var child in cell.Children.Refs())
        {
            if (!child.Equals(except))
            {
                child.Suspend();
            }
        }
    }
}
