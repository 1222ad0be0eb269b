using System.Collections.Immutable;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence.Internal;

namespace Akka.Persistence;

/// <summary>Base of persistent actors: recovers from snapshot and journal, stores events, holds back commands meanwhile.</summary>
public abstract class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    private static int _instances;

    private readonly int _instanceId = Interlocked.Increment(ref _instances);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly IStash _internalStash;
    private readonly LinkedList<PendingInvocation> _pending = new();
    private readonly List<IPersistentEnvelope> _eventBatch = [];
    private List<IPersistentEnvelope> _journalBatch = [];
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private PersistentStash? _stash;
    private ILoggingAdapter? _log;
    private IState _state;
    private bool _writeInProgress;
    private long _sequenceNr;
    private int _pendingStashing;

    protected Eventsourced()
    {
        Extension = Akka.Persistence.Persistence.Instance.Apply(Context.System);
        _internalStash = Context.CreateStash(GetType());
        _state = new WaitingForPermit(this);
    }

    /// <summary>The actor's log.</summary>
    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    public abstract string PersistenceId { get; }

    public virtual Recovery Recovery => Recovery.Default;

    public virtual IStashOverflowStrategy InternalStashOverflowStrategy => Extension.DefaultInternalStashOverflowStrategy;

    public string JournalPluginId { get; protected set; } = "";

    public string SnapshotPluginId { get; protected set; } = "";

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>Sequence number of the last event that was replayed or whose handler was called.</summary>
    public long LastSequenceNr { get; private set; }

    /// <summary>Sequence number that a snapshot taken now has.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    public bool IsRecovering => _state.IsRecovering;

    public bool IsRecoveryFinished => !IsRecovering;

    public IStash Stash
    {
        get => _stash!;
        set => _stash = new PersistentStash(value, _internalStash);
    }

    internal PersistenceExtension Extension { get; }

    internal Receive RecoveryBehavior => message => ReceiveRecover(message);

    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr));

    public void SaveSnapshot(object snapshot) =>
        SnapshotStore.Tell(new SaveSnapshot(new SnapshotMetadata(PersistenceId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot));

    public void DeleteSnapshot(long sequenceNr) => SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(PersistenceId, sequenceNr)));

    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new DeleteSnapshots(PersistenceId, criteria));

    /// <summary>Stores an event and calls the handler when it is stored. Commands that come meanwhile wait.</summary>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => PersistAtomically([@event!], handler, isStashing: true);

    /// <summary>Stores events together or not at all; the handler is called for each.</summary>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistAtomically(events.Cast<object>().ToArray(), handler, isStashing: true);

    /// <summary>Stores an event and calls the handler when it is stored. Commands go on meanwhile.</summary>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) => PersistAtomically([@event!], handler, isStashing: false);

    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        PersistAtomically(events.Cast<object>().ToArray(), handler, isStashing: false);

    /// <summary>Calls the handler after all handlers of events persisted so far.</summary>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler) => DeferMessage(evt, handler, isStashing: false);

    /// <summary>As <see cref="DeferAsync{TEvent}"/>; commands wait meanwhile.</summary>
    public void Defer<TEvent>(TEvent evt, Action<TEvent> handler) => DeferMessage(evt, handler, isStashing: true);

    public void DeleteMessages(long toSequenceNr) => Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self));

    public void UnstashAll() => Stash.UnstashAll();

    public override void AroundPreStart()
    {
        ArgumentException.ThrowIfNullOrEmpty(PersistenceId);
        RequestRecoveryPermit();
        base.AroundPreStart();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            _internalStash.UnstashAll();
            _stash?.ClearStash();
        }
        finally
        {
            base.AroundPreRestart(cause, message is WriteMessageSuccess success ? success.Persistent.Payload
                : message is LoopMessageSuccess loop ? loop.Message
                : message is ReplayedMessage replayed ? replayed.Persistent.Payload
                : message);
        }
    }

    public override void AroundPostRestart(Exception cause, object message)
    {
        RequestRecoveryPermit();
        base.AroundPostRestart(cause, message);
    }

    public override void AroundPostStop()
    {
        try
        {
            _internalStash.UnstashAll();
            _state.Leave();
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    protected sealed override bool Receive(object message) => ReceiveCommand(message);

    protected override bool AroundReceive(Receive receive, object message)
    {
        _state.Handle(receive, message);
        return true;
    }

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted or SaveSnapshotSuccess or DeleteMessagesSuccess or DeleteSnapshotSuccess or DeleteSnapshotsSuccess:
                return;
            case SaveSnapshotFailure failed:
                Log.Warning("Failed to SaveSnapshot given metadata [{0}] due to: [{1}: {2}]", failed.Metadata, failed.Cause, failed.Cause.Message);
                return;
            case DeleteSnapshotFailure failed:
                Log.Warning("Failed to DeleteSnapshot given metadata [{0}] due to: [{1}: {2}]", failed.Metadata, failed.Cause, failed.Cause.Message);
                return;
            case DeleteSnapshotsFailure failed:
                Log.Warning("Failed to DeleteSnapshots given criteria [{0}] due to: [{1}: {2}]", failed.Criteria, failed.Cause, failed.Cause.Message);
                return;
            case DeleteMessagesFailure failed:
                Log.Warning("Failed to DeleteMessages ToSequenceNr [{0}] for PersistenceId [{1}] due to: [{2}: {3}]", failed.ToSequenceNr, PersistenceId, failed.Cause, failed.Cause.Message);
                return;
            default:
                base.Unhandled(message);
                return;
        }
    }

    /// <summary>An event could not be written, and it is unknown whether it is there: the actor stops after this call.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].", @event?.GetType(), sequenceNr, PersistenceId);

    /// <summary>The journal refused an event; the actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) =>
        Log.Error(cause, "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].", @event?.GetType(), sequenceNr, PersistenceId, cause?.Message);

    /// <summary>All events were replayed; called before <see cref="RecoveryCompleted"/>.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    /// <summary>Recovery failed: the actor stops after this call.</summary>
    /// <param name="message">The event whose handler failed; null where it was not a handler.</param>
    protected virtual void OnRecoveryFailure(Exception reason, object? message = null)
    {
        if (message is not null)
        {
            Log.Error(reason, "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}]", message.GetType(), LastSequenceNr, PersistenceId);
        }
        else
        {
            Log.Error(reason, "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]", PersistenceId, LastSequenceNr);
        }
    }

    private void RequestRecoveryPermit()
    {
        _state = new WaitingForPermit(this);
        Extension.RecoveryPermitter().Tell(RequestPermit.Instance, Self);
    }

    private void PersistAtomically<TEvent>(object[] events, Action<TEvent> handler, bool isStashing)
    {
        ArgumentNullException.ThrowIfNull(handler);
        if (IsRecovering)
        {
            throw new InvalidOperationException("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        }

        if (events.Length == 0)
        {
            return;
        }

        var list = ImmutableList.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            AddPending(@event, o => handler((TEvent)o), isStashing);
            list.Add(new Persistent(@event, ++_sequenceNr, PersistenceId, null, false, Sender, _writerGuid));
        }

        _eventBatch.Add(new AtomicWrite(list.ToImmutable()));
    }

    private void DeferMessage<TEvent>(TEvent evt, Action<TEvent> handler, bool isStashing)
    {
        if (IsRecovering)
        {
            throw new InvalidOperationException("Cannot defer during replay. Events can be deferred when receiving RecoveryCompleted or later.");
        }

        if (_pending.Count == 0)
        {
            handler(evt);
            return;
        }

        AddPending(evt!, o => handler((TEvent)o), isStashing);
        _eventBatch.Add(new NonPersistentMessage(evt!, Sender));
    }

    private void AddPending(object @event, Action<object> handler, bool isStashing)
    {
        _pending.AddLast(new PendingInvocation(@event, handler, isStashing));
        _pendingStashing += isStashing ? 1 : 0;
    }

    private void StashInternally(object message)
    {
        try
        {
            _internalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response);
                    break;
                default:
                    throw;
            }
        }
    }

    private void FlushBatch()
    {
        if (_eventBatch.Count > 0)
        {
            _journalBatch.AddRange(_eventBatch);
            _eventBatch.Clear();
        }

        FlushJournalBatch();
    }

    private void FlushJournalBatch()
    {
        if (!_writeInProgress && _journalBatch.Count > 0)
        {
            Journal.Tell(new WriteMessages(_journalBatch, Self, _instanceId));
            _journalBatch = [];
            _writeInProgress = true;
        }
    }

    private void BecomeProcessing() => _state = _pendingStashing > 0 ? new PersistingEvents(this) : new ProcessingCommands(this);

    /// <summary>What a persistent actor does with a message, depending on how far it is.</summary>
    private interface IState
    {
        bool IsRecovering { get; }

        void Handle(Receive receive, object message);

        /// <summary>The actor stops or restarts.</summary>
        void Leave();
    }

    private abstract class RecoveringState(Eventsourced actor) : IState
    {
        public abstract bool IsRecovering { get; }

        protected Eventsourced Actor { get; } = actor;

        public abstract void Handle(Receive receive, object message);

        public virtual void Leave() => ReturnPermit();

        protected void ReturnPermit() => Actor.Extension.RecoveryPermitter().Tell(Akka.Persistence.ReturnPermit.Instance, Actor.Self);

        protected void Fail(Exception cause, object? message = null)
        {
            try
            {
                Actor.OnRecoveryFailure(cause, message);
            }
            finally
            {
                Context.Stop(Actor.Self);
            }
        }

        protected bool Deliver(object message) => Actor.DeliverToBase(Actor.RecoveryBehavior, message);
    }

    private bool DeliverToBase(Receive receive, object message) => base.AroundReceive(receive, message);

    private sealed class WaitingForPermit(Eventsourced actor) : RecoveringState(actor)
    {
        public override bool IsRecovering => true;

        public override void Handle(Receive receive, object message)
        {
            if (message is RecoveryPermitGranted)
            {
                Actor._state = new LoadingSnapshot(Actor);
            }
            else if (message is not (IJournalResponse or ISnapshotResponse))
            {
                Actor.StashInternally(message);
            }
        }
    }

    private sealed class LoadingSnapshot : RecoveringState
    {
        private readonly Recovery _recovery;
        private readonly ICancelable _timeout;

        public LoadingSnapshot(Eventsourced actor)
            : base(actor)
        {
            _recovery = actor.Recovery;
            _timeout = Context.System.Scheduler.ScheduleTellOnceCancelable(actor.Extension.RecoveryTimeout(actor.JournalPluginId), actor.Self, new RecoveryTick(true), actor.Self);
            actor.LoadSnapshot(actor.PersistenceId, _recovery.FromSnapshot, _recovery.ToSequenceNr);
        }

        public override bool IsRecovering => true;

        public override void Leave()
        {
            _timeout.Cancel();
            base.Leave();
        }

        public override void Handle(Receive receive, object message)
        {
            switch (message)
            {
                case LoadSnapshotResult result:
                    _timeout.Cancel();
                    OnLoaded(result);
                    break;
                case LoadSnapshotFailed failed:
                    _timeout.Cancel();
                    Fail(failed.Cause);
                    break;
                case RecoveryTick { IsSnapshot: true }:
                    Fail(new RecoveryTimedOutException($"Recovery timed out, didn't get snapshot within {Actor.Extension.RecoveryTimeout(Actor.JournalPluginId)}."));
                    break;
                case RecoveryTick:
                    break;
                default:
                    Actor.StashInternally(message);
                    break;
            }
        }

        private void OnLoaded(LoadSnapshotResult result)
        {
            if (result.Snapshot is { } snapshot)
            {
                Actor.LastSequenceNr = Actor._sequenceNr = snapshot.Metadata.SequenceNr;
                try
                {
                    // An offer that nobody takes is not an unhandled message.
                    Actor.ReceiveRecover(new SnapshotOffer(snapshot.Metadata, snapshot.Snapshot));
                }
                catch (Exception cause)
                {
                    Fail(cause, snapshot.Snapshot);
                    throw;
                }
            }

            Actor._state = new Replaying(Actor, _recovery);
        }
    }

    private sealed class Replaying : RecoveringState
    {
        private readonly ICancelable _timeout;
        private bool _seenEvent;
        private bool _isRunning = true;

        public Replaying(Eventsourced actor, Recovery recovery)
            : base(actor)
        {
            var interval = actor.Extension.RecoveryTimeout(actor.JournalPluginId);
            _timeout = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(interval, interval, actor.Self, new RecoveryTick(false), actor.Self);
            actor.Journal.Tell(new ReplayMessages(actor.LastSequenceNr + 1, recovery.ToSequenceNr, recovery.ReplayMax, actor.PersistenceId, actor.Self));
        }

        public override bool IsRecovering => _isRunning;

        public override void Leave()
        {
            _timeout.Cancel();
            base.Leave();
        }

        public override void Handle(Receive receive, object message)
        {
            switch (message)
            {
                case ReplayedMessage replayed:
                    _seenEvent = true;
                    OnReplayed(replayed.Persistent);
                    break;
                case RecoverySuccess success:
                    _timeout.Cancel();
                    OnSuccess(success);
                    break;
                case ReplayMessagesFailure failure:
                    _timeout.Cancel();
                    Fail(failure.Cause);
                    break;
                case RecoveryTick { IsSnapshot: false } when !_seenEvent:
                    _timeout.Cancel();
                    Fail(new RecoveryTimedOutException($"Recovery timed out, didn't get event within {Actor.Extension.RecoveryTimeout(Actor.JournalPluginId)}, highest sequence number seen {Actor.LastSequenceNr}."));
                    break;
                case RecoveryTick:
                    _seenEvent = false;
                    break;
                default:
                    Actor.StashInternally(message);
                    break;
            }
        }

        private void OnReplayed(IPersistentRepresentation persistent)
        {
            try
            {
                Actor.LastSequenceNr = Math.Max(Actor.LastSequenceNr, persistent.SequenceNr);
                Deliver(persistent.Payload);
            }
            catch (Exception cause)
            {
                _timeout.Cancel();
                Fail(cause, persistent.Payload);
            }
        }

        private void OnSuccess(RecoverySuccess success)
        {
            ReturnPermit();
            Actor.OnReplaySuccess();
            var highest = Math.Max(success.HighestSequenceNr, Actor.LastSequenceNr);
            Actor._sequenceNr = highest;
            Actor.LastSequenceNr = highest;
            _isRunning = false;
            Actor._state = new ProcessingCommands(Actor);
            try
            {
                Deliver(RecoveryCompleted.Instance);
            }
            finally
            {
                Actor.FlushBatch();
                Actor.BecomeProcessing();
            }

            if (Actor._pendingStashing == 0)
            {
                Actor._internalStash.UnstashAll();
            }
        }
    }

    private abstract class RunningState(Eventsourced actor) : IState
    {
        public bool IsRecovering => false;

        protected Eventsourced Actor { get; } = actor;

        public void Handle(Receive receive, object message)
        {
            switch (message)
            {
                case WriteMessageSuccess success:
                    if (success.ActorInstanceId == Actor._instanceId)
                    {
                        Actor.LastSequenceNr = Math.Max(Actor.LastSequenceNr, success.Persistent.SequenceNr);
                        Apply(success.Persistent.Payload);
                    }

                    break;
                case LoopMessageSuccess loop:
                    if (loop.ActorInstanceId == Actor._instanceId)
                    {
                        Apply(loop.Message);
                    }

                    break;
                case WriteMessageRejected rejected:
                    if (rejected.ActorInstanceId == Actor._instanceId)
                    {
                        Actor.LastSequenceNr = Math.Max(Actor.LastSequenceNr, rejected.Persistent.SequenceNr);
                        Completed(Pop(), hasFailed: false);
                        Actor.OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);
                    }

                    break;
                case WriteMessageFailure failure:
                    if (failure.ActorInstanceId == Actor._instanceId)
                    {
                        OnFailure(failure);
                    }

                    break;
                case WriteMessagesSuccessful:
                    Actor._writeInProgress = false;
                    Actor.FlushJournalBatch();
                    break;
                case WriteMessagesFailed or RecoveryTick or RecoveryPermitGranted:
                    break;    // the first WriteMessageFailure stops the actor
                default:
                    HandleCommand(receive, message);
                    break;
            }
        }

        public void Leave()
        {
        }

        protected abstract void HandleCommand(Receive receive, object message);

        private PendingInvocation Pop()
        {
            var first = Actor._pending.First!.Value;
            Actor._pending.RemoveFirst();
            return first;
        }

        private void Apply(object payload)
        {
            var invocation = Pop();
            try
            {
                invocation.Handler(payload);
            }
            catch
            {
                Completed(invocation, hasFailed: true);
                throw;
            }

            Completed(invocation, hasFailed: false);
        }

        private void Completed(PendingInvocation invocation, bool hasFailed)
        {
            Actor.FlushBatch();
            if (!invocation.IsStashing)
            {
                return;
            }

            Actor._pendingStashing--;
            if (Actor._pendingStashing == 0)
            {
                Actor._state = new ProcessingCommands(Actor);
                if (hasFailed)
                {
                    Actor._internalStash.UnstashAll();
                }
                else
                {
                    Actor._internalStash.Unstash();
                }
            }
        }

        private void OnFailure(WriteMessageFailure failure)
        {
            Completed(Pop(), hasFailed: false);
            try
            {
                Actor.OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
            }
            finally
            {
                Context.Stop(Actor.Self);
            }
        }
    }

    private sealed class ProcessingCommands(Eventsourced actor) : RunningState(actor)
    {
        protected override void HandleCommand(Receive receive, object message)
        {
            var hasFailed = true;
            try
            {
                Actor.DeliverToBase(receive, message);
                hasFailed = false;
            }
            finally
            {
                Actor.FlushBatch();
                if (Actor._pendingStashing > 0)
                {
                    Actor._state = new PersistingEvents(Actor);
                }
                else if (hasFailed)
                {
                    Actor._internalStash.UnstashAll();
                }
                else
                {
                    Actor._internalStash.Unstash();
                }
            }
        }
    }

    private sealed class PersistingEvents(Eventsourced actor) : RunningState(actor)
    {
        protected override void HandleCommand(Receive receive, object message) => Actor.StashInternally(message);
    }
}

/// <summary>Looks whether recovery still moves.</summary>
internal sealed record RecoveryTick(bool IsSnapshot) : INoSerializationVerificationNeeded, IDeadLetterSuppression;
