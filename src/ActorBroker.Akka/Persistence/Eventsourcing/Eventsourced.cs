using Akka.Actor;
using Akka.Dispatch;
using Akka.Event;

namespace Akka.Persistence;

/// <summary>
/// An actor whose state is its events: it recovers from its last snapshot and the events after it, handles commands, and changes
/// state in the handlers of events that are written.
/// </summary>
public abstract class Eventsourced : ActorBase, IPersistentIdentity, IPersistenceStash, IPersistenceRecovery
{
    /// <summary>What a user's stash gives back to the next incarnation: not the answers that belong to this one.</summary>
    public static readonly Func<Envelope, bool> UnstashFilterPredicate =
        static envelope => envelope.Message is not (WriteMessageSuccess or ReplayedMessage);

    private readonly RecoveryProtocol _recovery;
    private readonly WriteProtocol _writing;
    private readonly Receive _receiveRecover;
    private IActorRef? _journal;
    private IActorRef? _snapshotStore;
    private ILoggingAdapter? _log;
    private IStash _stash = null!;

    protected Eventsourced()
    {
        Extension = Persistence.Instance.Apply(Context.System);
        InternalStash = Context.CreateStash(GetType());
        _receiveRecover = ReceiveRecover;
        _recovery = new RecoveryProtocol(this);
        _writing = new WriteProtocol(this);
    }

    public abstract string PersistenceId { get; }

    public string JournalPluginId { get; protected set; } = "";

    public string SnapshotPluginId { get; protected set; } = "";

    public virtual Recovery Recovery => Recovery.Default;

    public virtual IStashOverflowStrategy InternalStashOverflowStrategy => Extension.DefaultInternalStashOverflowStrategy;

    /// <summary>The user's own stash.</summary>
    public IStash Stash
    {
        get => _stash;
        set => _stash = new CommandStash(value, this);
    }

    public IActorRef Journal => _journal ??= Extension.JournalFor(JournalPluginId);

    public IActorRef SnapshotStore => _snapshotStore ??= Extension.SnapshotStoreFor(SnapshotPluginId);

    /// <summary>Of the last event that was replayed, or whose handler runs or has run; 0 for none.</summary>
    public long LastSequenceNr { get; internal set; }

    public string SnapshotterId => PersistenceId;

    /// <summary>The number that a snapshot taken now gets.</summary>
    public long SnapshotSequenceNr => LastSequenceNr;

    /// <summary>False from <see cref="RecoveryCompleted"/> on.</summary>
    public bool IsRecovering => !_recovery.IsFinished;

    public bool IsRecoveryFinished => _recovery.IsFinished;

    /// <summary>Commands that wait for the recovery or for the events of <see cref="Persist{TEvent}"/>.</summary>
    internal IStash InternalStash { get; }

    protected PersistenceExtension Extension { get; }

    protected virtual ILoggingAdapter Log => _log ??= Context.GetLogger();

    internal PersistenceExtension OwnExtension => Extension;

    internal IActorRef OwnSelf => Self;

    internal IActorRef OwnSender => Sender;

    /// <exception cref="ArgumentNullException">The actor has no <see cref="PersistenceId"/>.</exception>
    public override void AroundPreStart()
    {
        if (string.IsNullOrEmpty(PersistenceId))
        {
            throw new ArgumentNullException(nameof(PersistenceId), $"PersistenceId is [null] for PersistentActor [{Self.Path}]");
        }

        _ = Journal;          // a plug-in that is not there is found now, not at the first event
        _ = SnapshotStore;
        _recovery.Start();
        base.AroundPreStart();
    }

    public override void AroundPreRestart(Exception cause, object message)
    {
        try
        {
            _recovery.Stop();
            InternalStash.UnstashAll();
            Stash.UnstashAll(UnstashFilterPredicate);
        }
        finally
        {
            _writing.FlushJournalBatch();
            base.AroundPreRestart(cause, message switch
            {
                WriteMessageSuccess success => success.Persistent,
                LoopMessageSuccess loop => loop.Message,
                ReplayedMessage replayed => replayed.Persistent,
                _ => message,
            });
        }
    }

    public override void AroundPostRestart(Exception cause, object message)
    {
        _recovery.Start();
        base.AroundPostRestart(cause, message);
    }

    public override void AroundPostStop()
    {
        try
        {
            _recovery.Stop();
            InternalStash.UnstashAll();
            Stash.UnstashAll(UnstashFilterPredicate);
        }
        finally
        {
            base.AroundPostStop();
        }
    }

    /// <summary>Writes an event, then calls the handler. Commands that arrive in between wait.</summary>
    /// <exception cref="InvalidOperationException">The actor is still recovering.</exception>
    public void Persist<TEvent>(TEvent @event, Action<TEvent> handler) => _writing.Persist([@event], handler, isStashing: true);

    /// <summary>Writes events, all or none, then calls the handler for each. Commands that arrive in between wait.</summary>
    /// <inheritdoc cref="Persist{TEvent}"/>
    public void PersistAll<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) => _writing.Persist(events, handler, isStashing: true);

    /// <summary>Writes an event, then calls the handler. Commands that arrive in between are handled in between.</summary>
    /// <inheritdoc cref="Persist{TEvent}"/>
    public void PersistAsync<TEvent>(TEvent @event, Action<TEvent> handler) => _writing.Persist([@event], handler, isStashing: false);

    /// <summary>Writes events, all or none, then calls the handler for each. Commands that arrive in between are handled in between.</summary>
    /// <inheritdoc cref="Persist{TEvent}"/>
    public void PersistAllAsync<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler) =>
        _writing.Persist(events, handler, isStashing: false);

    /// <summary>Calls the handler after those of all events persisted before; at once when there are none. Nothing is written.</summary>
    /// <inheritdoc cref="Persist{TEvent}"/>
    public void DeferAsync<TEvent>(TEvent evt, Action<TEvent> handler) => _writing.Defer(evt, handler);

    /// <summary>Forgets events up to that number, inclusive. Answered by <see cref="DeleteMessagesSuccess"/> or
    /// <see cref="DeleteMessagesFailure"/>.</summary>
    public void DeleteMessages(long toSequenceNr) => Journal.Tell(new DeleteMessagesTo(PersistenceId, toSequenceNr, Self), Self);

    /// <summary>Answered by a <see cref="LoadSnapshotResult"/>.</summary>
    public void LoadSnapshot(string persistenceId, SnapshotSelectionCriteria criteria, long toSequenceNr) =>
        SnapshotStore.Tell(new LoadSnapshot(persistenceId, criteria, toSequenceNr), Self);

    /// <summary>Answered by <see cref="SaveSnapshotSuccess"/> or <see cref="SaveSnapshotFailure"/>.</summary>
    /// <param name="snapshot">Must not change from now on.</param>
    public void SaveSnapshot(object snapshot) => SnapshotStore.Tell(
        new SaveSnapshot(new SnapshotMetadata(SnapshotterId, SnapshotSequenceNr, Context.System.Scheduler.Now.UtcDateTime), snapshot), Self);

    /// <summary>Answered by <see cref="DeleteSnapshotSuccess"/> or <see cref="DeleteSnapshotFailure"/>.</summary>
    public void DeleteSnapshot(long sequenceNr) =>
        SnapshotStore.Tell(new DeleteSnapshot(new SnapshotMetadata(SnapshotterId, sequenceNr, DateTime.MinValue)), Self);

    /// <summary>Answered by <see cref="DeleteSnapshotsSuccess"/> or <see cref="DeleteSnapshotsFailure"/>.</summary>
    public void DeleteSnapshots(SnapshotSelectionCriteria criteria) => SnapshotStore.Tell(new DeleteSnapshots(SnapshotterId, criteria), Self);

    internal bool DeliverCommand(Receive receive, object message) => base.AroundReceive(receive, message);

    internal bool DeliverRecovery(object message) => base.AroundReceive(_receiveRecover, message);

    internal void ReplaySucceeded() => OnReplaySuccess();

    internal void RecoveryEnded(long highestSequenceNr) => _writing.Begin(Math.Max(highestSequenceNr, LastSequenceNr));

    internal void RecoveryFailed(Exception reason, object? message)
    {
        try
        {
            OnRecoveryFailure(reason, message!);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    internal void PersistFailed(WriteMessageFailure failure)
    {
        try
        {
            OnPersistFailure(failure.Cause, failure.Persistent.Payload, failure.Persistent.SequenceNr);
        }
        finally
        {
            Context.Stop(Self);
        }
    }

    internal void PersistRejected(WriteMessageRejected rejected) =>
        OnPersistRejected(rejected.Cause, rejected.Persistent.Payload, rejected.Persistent.SequenceNr);

    internal void StashInternally(object message)
    {
        try
        {
            InternalStash.Stash();
        }
        catch (StashOverflowException)
        {
            switch (InternalStashOverflowStrategy)
            {
                case DiscardToDeadLetterStrategy:
                    Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self), Sender);
                    break;
                case ReplyToStrategy reply:
                    Sender.Tell(reply.Response, Self);
                    break;
                default:
                    throw;
            }
        }
    }

    protected override bool AroundReceive(Receive receive, object message)
    {
        if (_recovery.IsFinished)
        {
            _writing.Handle(receive, message);
        }
        else
        {
            _recovery.Handle(message);
        }

        return true;
    }

    /// <summary>Replays: snapshot offer, events, <see cref="RecoveryCompleted"/>. Only changes state.</summary>
    protected abstract bool ReceiveRecover(object message);

    protected abstract bool ReceiveCommand(object message);

    /// <summary>Asynchronous code as part of the current message; events that it persists are written when it has ended.</summary>
    protected void RunTask(Func<Task> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        ActorTaskScheduler.RunTask(() => _writing.RunAsync(action));
    }

#nullable disable annotations // overrides of users are annotated or not
    /// <summary>It is not known whether the event is written. The actor stops afterwards.</summary>
    protected virtual void OnPersistFailure(Exception cause, object @event, long sequenceNr) => Log.Error(
        cause,
        "Failed to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}].",
        @event.GetType(), sequenceNr, PersistenceId);

    /// <summary>The journal refused the event, nothing of it is written. The actor goes on.</summary>
    protected virtual void OnPersistRejected(Exception cause, object @event, long sequenceNr) => Log.Warning(
        "Rejected to persist event type [{0}] with sequence number [{1}] for persistenceId [{2}] due to [{3}].",
        @event.GetType(), sequenceNr, PersistenceId, cause.Message);

    /// <summary>The snapshot or the events cannot be read, or a handler failed. The actor stops afterwards.</summary>
    /// <param name="message">The event whose handler failed; null for anything else.</param>
    protected virtual void OnRecoveryFailure(Exception reason, object message = null)
    {
        if (message is not null)
        {
            Log.Error(
                reason,
                "Exception in ReceiveRecover when replaying event type [{0}] with sequence number [{1}] for persistenceId [{2}]",
                message.GetType(), LastSequenceNr, PersistenceId);
        }
        else
        {
            Log.Error(
                reason,
                "Persistence failure when replaying events for persistenceId [{0}]. Last known sequence number [{1}]",
                PersistenceId, LastSequenceNr);
        }
    }
#nullable restore annotations

    /// <summary>All events have been replayed; <see cref="RecoveryCompleted"/> comes next.</summary>
    protected virtual void OnReplaySuccess()
    {
    }

    protected override void Unhandled(object message)
    {
        switch (message)
        {
            case RecoveryCompleted:
                break;
            case SaveSnapshotFailure failure:
                Log.Warning("Failed to SaveSnapshot given metadata [{0}] due to: [{1}: {2}]", failure.Metadata, failure.Cause.GetType(), failure.Cause.Message);
                break;
            case DeleteSnapshotFailure failure:
                Log.Warning("Failed to DeleteSnapshot given metadata [{0}] due to: [{1}: {2}]", failure.Metadata, failure.Cause.GetType(), failure.Cause.Message);
                break;
            case DeleteSnapshotsFailure failure:
                Log.Warning("Failed to DeleteSnapshots given criteria [{0}] due to: [{1}: {2}]", failure.Criteria, failure.Cause.GetType(), failure.Cause.Message);
                break;
            case DeleteMessagesFailure failure:
                Log.Warning(
                    "Failed to DeleteMessages ToSequenceNr [{0}] for PersistenceId [{1}] due to: [{2}: {3}]",
                    failure.ToSequenceNr, PersistenceId, failure.Cause.GetType(), failure.Cause.Message);
                break;
            default:
                base.Unhandled(message);
                break;
        }
    }
}
