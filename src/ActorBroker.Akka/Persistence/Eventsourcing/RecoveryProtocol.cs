using ActorBroker;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>How a persistent actor recovers: permit, snapshot, events. Everything else waits in its internal stash.</summary>
/// <remarks>Owner: the actor's thread.</remarks>
internal sealed class RecoveryProtocol(Eventsourced actor)
{
    private Step _step = Step.WaitsForPermit;
    private Recovery _recovery = Recovery.Default;
    private Cancelable? _timer;
    private TimeSpan _timeout;
    private bool _heardSomething;

    private enum Step
    {
        WaitsForPermit,
        LoadsSnapshot,
        ReplaysEvents,
        IsFinished,
        HasFailed,
    }

    public bool IsFinished => _step == Step.IsFinished;

    public void Start()
    {
        Check.That(_step == Step.WaitsForPermit);
        actor.OwnExtension.RecoveryPermitter.Tell(RequestRecoveryPermit.Instance, actor.OwnSelf);
    }

    /// <summary>The incarnation ends.</summary>
    public void Stop()
    {
        if (_step is not (Step.IsFinished or Step.HasFailed))
        {
            ReturnPermit();
        }
    }

    public void Handle(object message)
    {
        switch (message)
        {
            case RecoveryPermitGranted when _step == Step.WaitsForPermit:
                LoadSnapshot();
                break;
            case LoadSnapshotResult result when _step == Step.LoadsSnapshot:
                OnSnapshot(result);
                break;
            case LoadSnapshotFailed failed when _step == Step.LoadsSnapshot:
                Fail(failed.Cause, null);
                break;
            case ReplayedMessage replayed when _step == Step.ReplaysEvents:
                OnEvent(replayed.Persistent);
                break;
            case RecoverySuccess success when _step == Step.ReplaysEvents:
                ReturnPermit();
                actor.ReplaySucceeded();
                _step = Step.IsFinished;
                actor.RecoveryEnded(success.HighestSequenceNr);
                break;
            case ReplayMessagesFailure failure when _step == Step.ReplaysEvents:
                Fail(failure.Cause, null);
                break;
            case RecoveryTick tick:
                OnTick(tick);
                break;
            case IJournalResponse or RecoveryPermitGranted or LoadSnapshotResult or LoadSnapshotFailed:
                break;   // meant for the incarnation before this one
            default:
                actor.StashInternally(message);
                break;
        }
    }

    private void LoadSnapshot()
    {
        _recovery = actor.Recovery;
        _timeout = actor.OwnExtension.JournalConfigFor(actor.JournalPluginId).GetTimeSpan("recovery-event-timeout", null, allowInfinite: false);
        _step = Step.LoadsSnapshot;
        StartTimer(new RecoveryTick(snapshot: true));
        actor.LoadSnapshot(actor.SnapshotterId, _recovery.FromSnapshot, _recovery.ToSequenceNr);
    }

    private void OnSnapshot(LoadSnapshotResult result)
    {
        _timer?.Cancel();
        if (result.Snapshot is { } snapshot)
        {
            actor.LastSequenceNr = snapshot.Metadata.SequenceNr;
            try
            {
                actor.DeliverRecovery(new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot));
            }
            catch (Exception cause)
            {
                // The actor hears of it in OnRecoveryFailure.
                Fail(cause, snapshot.Snapshot);
                return;
            }
        }

        _step = Step.ReplaysEvents;
        StartTimer(new RecoveryTick(snapshot: false));
        actor.Journal.Tell(
            new ReplayMessages(actor.LastSequenceNr + 1, _recovery.ToSequenceNr, _recovery.ReplayMax, actor.PersistenceId, actor.OwnSelf),
            actor.OwnSelf);
    }

    private void OnEvent(IPersistentRepresentation persistent)
    {
        _heardSomething = true;
        try
        {
            actor.LastSequenceNr = Math.Max(actor.LastSequenceNr, persistent.SequenceNr);
            actor.DeliverRecovery(persistent.Payload);
        }
        catch (Exception cause)
        {
            // As above.
            Fail(cause, persistent.Payload);
        }
    }

    private void OnTick(RecoveryTick tick)
    {
        if (tick.Snapshot && _step == Step.LoadsSnapshot)
        {
            Fail(new RecoveryTimedOutException($"Recovery timed out, didn't get snapshot within {_timeout.TotalSeconds}s"), null);
        }
        else if (!tick.Snapshot && _step == Step.ReplaysEvents)
        {
            if (!_heardSomething)
            {
                Fail(
                    new RecoveryTimedOutException(
                        $"Recovery timed out, didn't get event within {_timeout.TotalSeconds}s, highest sequence number seen {actor.LastSequenceNr}"),
                    null);
                return;
            }

            _heardSomething = false;
            StartTimer(tick);
        }
    }

    private void StartTimer(RecoveryTick tick)
    {
        _timer?.Cancel();
        var scheduler = ((IInternalActor)actor).ActorContext.System.Scheduler;
        var timer = new Cancelable(scheduler.Advanced);
        _timer = timer;
        scheduler.ScheduleTellOnce(_timeout, actor.OwnSelf, tick, actor.OwnSelf, timer);
    }

    private void Fail(Exception cause, object? message)
    {
        ReturnPermit();
        _step = Step.HasFailed;
        actor.RecoveryFailed(cause, message);
    }

    private void ReturnPermit()
    {
        _timer?.Cancel();
        actor.OwnExtension.RecoveryPermitter.Tell(ReturnRecoveryPermit.Instance, actor.OwnSelf);
    }
}
