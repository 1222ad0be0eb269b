using Akka.Actor;
using Akka.Event;

namespace Akka.Persistence.Journal;

/// <summary>
/// Between journal and recovering actor: looks whether two incarnations have written under one id at a time, as after a network
/// partition. Then a number occurs twice, or a writer that was succeeded writes again.
/// </summary>
public class ReplayFilter : ActorBase
{
    private readonly LinkedList<ReplayedMessage> _window = new();
    private readonly LinkedList<string> _oldWriters = new();
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private string _writer = "";
    private long _sequenceNr = -1;
    private bool _hasFailed;

    public ReplayFilter(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        PersistentActor = persistentActor;
        Mode = mode;
        WindowSize = windowSize;
        MaxOldWriters = maxOldWriters;
        DebugEnabled = debugEnabled;
    }

    public IActorRef PersistentActor { get; }

    public ReplayFilterMode Mode { get; }

    /// <summary>Events that are held back, so that a later one can still replace them.</summary>
    public int WindowSize { get; }

    public int MaxOldWriters { get; }

    public bool DebugEnabled { get; }

    public static Props Props(IActorRef persistentActor, ReplayFilterMode mode, int windowSize, int maxOldWriters, bool debugEnabled)
    {
        if (windowSize <= 0)
        {
            throw new ArgumentException("windowSize must be > 0", nameof(windowSize));
        }

        if (maxOldWriters <= 0)
        {
            throw new ArgumentException("maxOldWriters must be > 0", nameof(maxOldWriters));
        }

        return mode == ReplayFilterMode.Disabled
            ? throw new ArgumentException("mode must not be Disabled", nameof(mode))
            : Akka.Actor.Props.Create(() => new ReplayFilter(persistentActor, mode, windowSize, maxOldWriters, debugEnabled));
    }

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case ReplayedMessage replayed:
                if (!_hasFailed)
                {
                    OnEvent(replayed);
                }

                return true;
            case RecoverySuccess or ReplayMessagesFailure:
                if (!_hasFailed)
                {
                    Release(0);
                    PersistentActor.Tell(message, ActorRefs.NoSender);
                }

                Context.Stop(Self);
                return true;
            default:
                return false;
        }
    }

    private void OnEvent(ReplayedMessage replayed)
    {
        if (DebugEnabled)
        {
            _log.Debug("Replay: {0}", replayed.Persistent);
        }

        var persistent = replayed.Persistent;
        if (_writer.Length == 0 || persistent.WriterGuid == _writer)
        {
            if (persistent.SequenceNr < _sequenceNr)
            {
                Report(
                    $"Invalid replayed event [sequenceNr={persistent.SequenceNr}, writerUUID={persistent.WriterGuid}] as the sequenceNr should be "
                    + $"equal to or greater than already-processed event [sequenceNr={_sequenceNr}] of the same writer for the same persistenceId [{persistent.PersistenceId}].",
                    replayed);
            }
            else
            {
                Keep(replayed);
            }
        }
        else if (_oldWriters.Contains(persistent.WriterGuid))
        {
            Report(
                $"Invalid replayed event [sequenceNr={persistent.SequenceNr}, writerUUID={persistent.WriterGuid}]. There was already a newer writer whose last "
                + $"replayed event was [sequenceNr={_sequenceNr}, writerUUID={_writer}] for the same persistenceId [{persistent.PersistenceId}].",
                replayed);
        }
        else
        {
            OnNewWriter(replayed);
        }
    }

    /// <summary>What the writer before has written from this number on did not know of this writer.</summary>
    private void OnNewWriter(ReplayedMessage replayed)
    {
        var first = replayed.Persistent;
        _oldWriters.AddLast(_writer);
        if (_oldWriters.Count > MaxOldWriters)
        {
            _oldWriters.RemoveFirst();
        }

        for (var node = _window.First; node is not null && !_hasFailed;)
        {
            var next = node.Next;
            var older = node.Value.Persistent;
            if (older.SequenceNr >= first.SequenceNr)
            {
                Report(
                    $"Invalid replayed event [sequenceNr={older.SequenceNr}, writerUUID={older.WriterGuid}] from a previous writer: a newer one "
                    + $"started with [sequenceNr={first.SequenceNr}, writerUUID={first.WriterGuid}] for the same persistenceId [{first.PersistenceId}].",
                    null);
                if (Mode == ReplayFilterMode.RepairByDiscardOld)
                {
                    _window.Remove(node);
                }
            }

            node = next;
        }

        Keep(replayed);
    }

    /// <param name="offender">Replayed all the same when the mode is to warn only.</param>
    private void Report(string what, ReplayedMessage? offender)
    {
        if (Mode == ReplayFilterMode.Fail)
        {
            _log.Error(what);
            _hasFailed = true;
            PersistentActor.Tell(new ReplayMessagesFailure(new IllegalActorStateException(what)), ActorRefs.NoSender);
            return;
        }

        _log.Warning(what);
        if (Mode == ReplayFilterMode.Warn && offender is not null)
        {
            _window.AddLast(offender);
            Release(WindowSize);
        }
    }

    private void Keep(ReplayedMessage replayed)
    {
        if (_hasFailed)
        {
            return;
        }

        _writer = replayed.Persistent.WriterGuid;
        _sequenceNr = replayed.Persistent.SequenceNr;
        _window.AddLast(replayed);
        Release(WindowSize);
    }

    private void Release(int keep)
    {
        while (_window.Count > keep)
        {
            PersistentActor.Tell(_window.First!.Value, ActorRefs.NoSender);
            _window.RemoveFirst();
        }
    }
}
