using System.Collections.Immutable;
using ActorBroker;
using Akka.Actor;

namespace Akka.Persistence;

/// <summary>
/// How a recovered actor handles commands and writes events. Events of one message go to the journal together when it has
/// ended; while events of <c>Persist</c> are on their way, commands wait in the internal stash and come back one by one.
/// </summary>
/// <remarks>Owner: the actor's thread. One write is under way at a time; what is persisted meanwhile makes the next one.</remarks>
internal sealed class WriteProtocol
{
    private static int _lastInstanceId;

    private readonly Eventsourced _actor;
    private readonly int _instanceId = Interlocked.Increment(ref _lastInstanceId);
    private readonly string _writerGuid = Guid.NewGuid().ToString();
    private readonly LinkedList<Pending> _pending = new();
    private readonly Queue<IPersistentEnvelope> _unwritten = new();
    private List<IPersistentEnvelope> _ofThisMessage = [];
    private readonly Action<bool> _commandEnded;
    private Action<bool>? _whenMessageEnds;
    private int _stashingPending;
    private int _batchEventsMax;
    private int _asyncRunning;
    private bool _hasAsyncFailed;
    private bool _isInMessage;
    private bool _isPersisting;
    private bool _isWriting;
    private long _sequenceNr;

    public WriteProtocol(Eventsourced actor)
    {
        _actor = actor;
        _commandEnded = CommandEnded;
    }

    /// <summary>Recovery is over: delivers <see cref="RecoveryCompleted"/>, then the commands that waited.</summary>
    public void Begin(long highestSequenceNr)
    {
        _sequenceNr = highestSequenceNr;
        _actor.LastSequenceNr = highestSequenceNr;
        _batchEventsMax = Math.Max(1, _actor.OwnExtension.JournalConfigFor(_actor.JournalPluginId).GetInt("max-message-batch-size", 200));
        DuringMessage(() => _actor.DeliverRecovery(RecoveryCompleted.Instance), _ => CommandEnded(unstashAll: true));
    }

    public void Persist<TEvent>(IEnumerable<TEvent> events, Action<TEvent> handler, bool isStashing)
    {
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(handler);
        RequireRecovered();
        var batch = ImmutableArray.CreateBuilder<IPersistentRepresentation>();
        foreach (var @event in events)
        {
            ArgumentNullException.ThrowIfNull(@event, nameof(events));
            batch.Add(new Persistent(@event, ++_sequenceNr, _actor.PersistenceId, sender: _actor.OwnSender, writerGuid: _writerGuid));
            AddPending(handler, isStashing);
        }

        if (batch.Count > 0)
        {
            _ofThisMessage.Add(new AtomicWrite(batch.ToImmutable()));
        }
    }

    public void Defer<TEvent>(TEvent @event, Action<TEvent> handler)
    {
        ArgumentNullException.ThrowIfNull(@event);
        ArgumentNullException.ThrowIfNull(handler);
        RequireRecovered();
        if (_pending.Count == 0)
        {
            handler(@event);
            return;
        }

        AddPending(handler, isStashing: false);
        _ofThisMessage.Add(new NonPersistentMessage(@event, _actor.OwnSender));
    }

    public async Task RunAsync(Func<Task> action)
    {
        _asyncRunning++;
        var hasFailed = true;
        try
        {
            await action();
            hasFailed = false;
        }
        finally
        {
            _asyncRunning--;
            _hasAsyncFailed |= hasFailed;
            if (!_isInMessage && _asyncRunning == 0)
            {
                EndMessage(_hasAsyncFailed);
            }
        }
    }

    public void Handle(Receive receive, object message)
    {
        if (message is (IJournalResponse or RecoveryTick or RecoveryPermitGranted) && IsOfProtocol(message))
        {
            return;
        }

        if (_isPersisting)
        {
            _actor.StashInternally(message);
        }
        else
        {
            HandleCommand(receive, message);
        }
    }

    /// <summary>Handles what the journal and the recovery say; false: that message is the actor's.</summary>
    private bool IsOfProtocol(object message)
    {
        switch (message)
        {
            case WriteMessageSuccess success:
                if (success.ActorInstanceId == _instanceId)
                {
                    Written(success.Persistent.SequenceNr);
                    CallHandler(success.Persistent.Payload);
                }

                break;
            case LoopMessageSuccess loop:
                if (loop.ActorInstanceId == _instanceId)
                {
                    CallHandler(loop.Message);
                }

                break;
            case WriteMessageRejected rejected:
                if (rejected.ActorInstanceId == _instanceId)
                {
                    Written(rejected.Persistent.SequenceNr);
                    DuringMessage(() => _actor.PersistRejected(rejected), HandlerEnded);
                }

                break;
            case WriteMessageFailure failure:
                if (failure.ActorInstanceId == _instanceId)
                {
                    DuringMessage(() => _actor.PersistFailed(failure), HandlerEnded);
                }

                break;
            case WriteMessagesSuccessful or WriteMessagesFailed { WriteCount: 0 }:
                _isWriting = false;
                FlushJournalBatch();
                break;
            case WriteMessagesFailed or RecoveryTick or RecoveryPermitGranted or ReplayedMessage or RecoverySuccess:
                break;   // the failure of its first event stops the actor; the others are late
            default:
                return false;
        }

        return true;
    }

    /// <summary>Sends what waits to the journal, unless a write is under way.</summary>
    public void FlushJournalBatch()
    {
        if (_isWriting || _unwritten.Count == 0)
        {
            return;
        }

        var batch = new List<IPersistentEnvelope>();
        var events = 0;
        while (_unwritten.TryPeek(out var next) && (events == 0 || events + next.Size <= _batchEventsMax))
        {
            batch.Add(_unwritten.Dequeue());
            events += next.Size;
        }

        _isWriting = true;
        _actor.Journal.Tell(new WriteMessages(batch, _actor.OwnSelf, _instanceId), _actor.OwnSelf);
    }

    private void RequireRecovered()
    {
        if (_actor.IsRecovering)
        {
            throw new InvalidOperationException("Cannot persist during replay. Events can be persisted when receiving RecoveryCompleted or later.");
        }
    }

    private void AddPending<TEvent>(Action<TEvent> handler, bool isStashing)
    {
        _pending.AddLast(new Pending(payload => handler((TEvent)payload), isStashing));
        _stashingPending += isStashing ? 1 : 0;
    }

    private void Written(long sequenceNr) => _actor.LastSequenceNr = Math.Max(_actor.LastSequenceNr, sequenceNr);

    private void CallHandler(object payload)
    {
        Check.That(_pending.Count > 0);
        DuringMessage(() => _pending.First!.Value.Handler(payload), HandlerEnded);
    }

    /// <summary>Runs the code of one message; <paramref name="ended"/> follows when also its asynchronous part has ended.</summary>
    private void DuringMessage(Action code, Action<bool> ended)
    {
        BeginMessage(ended);
        try
        {
            code();
        }
        catch
        {
            FailMessage();
            throw;
        }

        LeaveMessage();
    }

    /// <summary><see cref="DuringMessage"/> for commands: there are many of them, so nothing is allocated for one.</summary>
    private void HandleCommand(Receive receive, object message)
    {
        BeginMessage(_commandEnded);
        try
        {
            _actor.DeliverCommand(receive, message);
        }
        catch
        {
            FailMessage();
            throw;
        }

        LeaveMessage();
    }

    private void BeginMessage(Action<bool> ended)
    {
        _whenMessageEnds = ended;
        _hasAsyncFailed = false;
        _isInMessage = true;
    }

    /// <summary>The supervisor decides; what the message left behind is tidied first.</summary>
    private void FailMessage()
    {
        _isInMessage = false;
        EndMessage(hasFailed: true);
    }

    private void LeaveMessage()
    {
        _isInMessage = false;
        if (_asyncRunning == 0)
        {
            EndMessage(hasFailed: false);
        }
    }

    private void EndMessage(bool hasFailed)
    {
        if (_ofThisMessage.Count > 0)
        {
            foreach (var envelope in _ofThisMessage)
            {
                _unwritten.Enqueue(envelope);
            }

            _ofThisMessage = [];
        }

        FlushJournalBatch();
        var ended = _whenMessageEnds;
        _whenMessageEnds = null;
        ended?.Invoke(hasFailed);
    }

    private void CommandEnded(bool unstashAll)
    {
        _isPersisting = _stashingPending > 0;
        if (!_isPersisting)
        {
            Unstash(unstashAll);
        }
    }

    private void HandlerEnded(bool hasFailed)
    {
        var ended = _pending.First!.Value;
        _pending.RemoveFirst();
        _stashingPending -= ended.IsStashing ? 1 : 0;
        Check.That(_stashingPending >= 0);

        // A handler of PersistAsync may itself have persisted.
        _isPersisting = _stashingPending > 0;
        if (!_isPersisting)
        {
            Unstash(hasFailed);
        }
    }

    private void Unstash(bool all)
    {
        if (all)
        {
            _actor.InternalStash.UnstashAll();
        }
        else
        {
            _actor.InternalStash.Unstash();
        }
    }

    /// <summary>A handler that waits for its event.</summary>
    private sealed record Pending(Action<object> Handler, bool IsStashing);
}
