using ActorBroker.Controller;
using ActorBroker.Limits;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorBroker.Partitions;

/// <summary>One replica of one topic-partition; sole owner of its <see cref="PartitionLog"/>. Produce path 3/6.</summary>
/// <remarks>
/// Recovers its hard state and is told by its parent what the cluster wants of it (<see cref="Assign"/>): to open the log, start a new
/// term and lead it, since with one replica this node's vote is the majority (<see cref="LeaderRole"/>); to do so while another
/// node copies the log (<see cref="MoveSource"/>); or to copy it itself (<see cref="CopyRole"/>).
/// A disk error fences the partition: all who wait are told, and everything is refused with a storage error until the node
/// restarts. Only where the disk took no more records, as when it is full, readers go on: what is committed is as it was.
/// Any other exception is a bug: the supervisor restarts the actor, which recovers as after a crash.
/// </remarks>
internal sealed partial class PartitionActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Only the last term counts; the ones before it are deleted now and then.</summary>
    private const int TermsKept = 64;

    /// <summary>broker.partition-journal-N.</summary>
    private const uint Journals = 4;

    private const string WhatToDo = "Make room, or mend the disk, and restart the node";

    private readonly PartitionIdentity _identity;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TopicSettings _topic;
    private Assign? _assigned;
    private int _term;
    private long _copied;
    private long? _handedOver;
    private bool _isReadOnly;
    private PartitionLog? _leaderLog;
    private LeaderRole? _leader;
    private MoveSource? _source;

    public PartitionActor(PartitionIdentity identity)
    {
        _identity = identity;
        JournalPluginId = $"broker.partition-journal-{(uint)identity.Name.GetHashCode() % Journals}";
        _topic = identity.Topic;
        Recover<TermStarted>(Note);
        Recover<HandedOver>(Note);
        Recover<RecoveryCompleted>(_ => Context.Parent.Tell(PartitionRecovered.Instance));
        Opening();
    }

    public override string PersistenceId => NodeStorage.PartitionIdPrefix + _identity.Name;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(PartitionIdentity identity) => Akka.Actor.Props.Create(() => new PartitionActor(identity));

    protected override void PostStop()
    {
        Abandon(AppendError.NotLeader, FetchError.NotLeader);
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        Abandon(AppendError.NotLeader, FetchError.NotLeader);
        base.PreRestart(reason, message);
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error("{0}: hard state was not written: {1}", _identity.Name, cause.Message);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _log.Error("{0}: hard state cannot be read: {1}", _identity.Name, reason.Message);

    private void Opening()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        Command<Assign>(OnFirstAssign);
        Command<Reconfigure>(m => _topic = m.Settings);
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    private void Leader()
    {
        Command<Append>(m => Guarded(() => _leader!.OnAppend(m, Sender)));
        Command<Fetch>(m => Answering(m.Id, () => _leader!.OnFetch(m, Sender)));
        Command<CompleteFetch>(m => Answering(m.Id, () => _leader!.OnCompleteFetch(m, Sender)));
        Command<AbandonFetch>(m => _leader!.OnAbandonFetch(m, Sender));
        Command<RoomFree>(_ => Guarded(() => _leader!.OnRoomFree()));
        Command<DrainTick>(_ => Guarded(() => _leader!.WriteCollected()));
        Command<FlushTick>(_ => Guarded(() => _leader!.OnFlushTick()));
        Command<Flushed>(m => Guarded(() => OnFlushed(m)));
        Command<FlushFailed>(m => Fence(m.Cause));
        Command<FindOffset>(m => Answering(m.Id, () => _leader!.OnFindOffset(m, Sender)));
        Command<FindEpochEnd>(m => Answering(m.Id, () => _leader!.OnFindEpochEnd(m, Sender)));
        Command<DeleteRecords>(m => Answering(m.Id, () => _leader!.OnDeleteRecords(m, Sender)));
        Command<ApplyRetention>(_ => Guarded(() => _leader!.OnApplyRetention()));
        Command<Reconfigure>(m => Guarded(() => OnReconfigure(m)));
        Command<FetchCopy>(m => Guarded(() => _source!.OnFetch(m, Sender)));
        Command<HandOver>(m => Guarded(() => OnHandOver(m)));
        Command<Assign>(m => Guarded(() => OnAssignLeader(m)));
        Command<FallAsleep>(_ => Guarded(OnFallAsleep));
        Command<ClosePartition>(_ => CloseLog());
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    /// <summary>The disk took no more records. Whoever reads can go on.</summary>
    private void ReadOnly()
    {
        Command<Fetch>(m => Answering(m.Id, () => _leader!.OnFetch(m, Sender)));
        Command<CompleteFetch>(m => Answering(m.Id, () => _leader!.OnCompleteFetch(m, Sender)));
        Command<AbandonFetch>(m => _leader!.OnAbandonFetch(m, Sender));
        Command<FindOffset>(m => Answering(m.Id, () => _leader!.OnFindOffset(m, Sender)));
        Command<FindEpochEnd>(m => Answering(m.Id, () => _leader!.OnFindEpochEnd(m, Sender)));
        Command<RoomFree>(_ => Guarded(() => _leader!.OnRoomFree()));
        Command<FlushFailed>(m => FenceWholly(m.Cause));
        RefuseChanges(AppendError.DiskFailed, FetchError.DiskFailed);
        UntilRestart();
    }

    private void Fenced()
    {
        RefuseProducersAndConsumers(AppendError.DiskFailed, FetchError.DiskFailed);
        UntilRestart();
    }

    private void UntilRestart()
    {
        Command<Reconfigure>(_ => { });
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    private void Gone()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        CommandAny(_ => { });
    }

    private void RefuseProducersAndConsumers(AppendError append, FetchError fetch)
    {
        RefuseChanges(append, fetch);
        Command<Fetch>(m => Refusals.Refuse(m, Sender, Self, append, fetch));
        Command<FindOffset>(m => Refusals.Refuse(m, Sender, Self, append, fetch));
        Command<FindEpochEnd>(m => Refusals.Refuse(m, Sender, Self, append, fetch));
        Command<FallAsleep>(_ => Sender.Tell(StaysAwake.Instance));
    }

    private void RefuseChanges(AppendError append, FetchError other)
    {
        Command<Append>(m => Refusals.Refuse(m, Sender, Self, append, other));
        Command<DeleteRecords>(m => Refusals.Refuse(m, Sender, Self, append, other));
        Command<FetchCopy>(m => Sender.Tell(new CopyRefused(m.Move, "the source does not lead")));
        Command<HandOver>(m => Sender.Tell(new CopyRefused(m.Move, "the source does not lead")));
    }

    /// <summary>Messages of a role that is over: a late tick or flush, a fetch that was answered.</summary>
    private void CommandNothingElse() => CommandAny(message =>
    {
        if (message is not (CompleteFetch or AbandonFetch or RoomFree or DrainTick or FlushTick or Flushed or FlushFailed or ApplyRetention
            or Assign or CopyPart or CopyRefused or CopyTick))
        {
            Unhandled(message);
        }
    });

    private void Note(TermStarted started)
    {
        _term = Math.Max(_term, started.Term);
        _copied = started.Copied;
        _handedOver = null;
    }

    private void Note(HandedOver handedOver) => _handedOver = handedOver.Move;

    private void OnFirstAssign(Assign assign)
    {
        _assigned = assign;
        if (assign is { IsCopy: true, Move: { } move })
        {
            Copy(move);
        }
        else if (OpenLog() is { } log)
        {
            var isPromised = _handedOver is { } handedOver && handedOver == assign.Move?.Number;
            if (isPromised || MayResume(log))
            {
                LeadIn(new LeaderEpoch(_term), log);
            }
            else
            {
                StartTerm(log);
            }
        }
    }

    /// <summary>A term goes on where it was left with a log that is as it was left: nothing that was seen in it is missing.</summary>
    private bool MayResume(PartitionLog log)
    {
        if (_assigned!.Asleep is not { IsNew: false } asleep || _handedOver is not null)
        {
            return false;
        }

        var isSame = asleep.Epoch.Value == _term && log.Recovery.WasClean && asleep.End == log.Offsets.End;
        if (!isSame)
        {
            _log.Warning("{0}: was left in term {1} with log end {2}, and is found in term {3} with log end {4}: begins a new one", _identity.Name, asleep.Epoch, asleep.End, _term, log.Offsets.End);
        }

        return isSame;
    }

    private PartitionLog? OpenLog()
    {
        try
        {
            FolderIdentity.Claim(_identity.Storage.Files, _identity.Folder, _identity.TopicId);
            var log = PartitionLog.Open(_identity.Storage.Files, _identity.Folder, _topic.ToLogSettings(), _identity.Storage.Clock);
            Report(log.Recovery);
            return log;
        }
        catch (LogIOException cause)
        {
            Fence(cause);
            return null;
        }
    }

    /// <summary>Starts the next term. The vote is on the disk before the first batch carries its epoch.</summary>
    private void StartTerm(PartitionLog log) => Persist(new TermStarted(NextTerm(log, LeaderEpoch.None), _identity.Node.Value, _copied), started =>
    {
        Note(started);
        if (LastSequenceNr % TermsKept == 0)
        {
            DeleteMessages(LastSequenceNr - 1);
        }

        LeadIn(new LeaderEpoch(started.Term), log);
    });

    /// <summary>The first one was told to the cluster before anybody used the partition.</summary>
    private int NextTerm(PartitionLog log, LeaderEpoch above) =>
        _assigned!.Asleep is { IsNew: true, Epoch.Value: var told } && told > _term && told >= _assigned.EpochMin.Value && log.LastEpoch == LeaderEpoch.None
            ? told
            : checked(Math.Max(Math.Max(_term, log.LastEpoch.Value), Math.Max(_assigned.EpochMin.Value, above.Value)) + 1);

    /// <summary>Leads in a term that is on the disk; takes no appends where that term ended with a promise.</summary>
    private void LeadIn(LeaderEpoch epoch, PartitionLog log)
    {
        _leaderLog = log;
        _leader = new LeaderRole(log, epoch, _identity, _topic, Self, Timers);
        _source = new MoveSource(log, _leader, epoch, Self);
        Become(Leader);
        Guarded(() =>
        {
            _leader.Start();
            _source.Begin(_assigned!.Move?.Number);
            if (_handedOver is not null)
            {
                _source.Promised();
            }

            _log.Debug("{0}: leader of epoch {1}, log {2}..{3}", _identity.Name, epoch, log.Offsets.Start, log.Offsets.End);
            Context.Parent.Tell(new LeaderElected(_identity.Name, _identity.TopicId, _identity.Node, epoch));
        });
    }

    private void OnAssignLeader(Assign assign)
    {
        Check.That(!assign.IsCopy);     // the parent deletes this replica first
        _assigned = assign;
        var move = assign.Move?.Number;
        if (_source!.IsHandedOver && _source.Move != move)
        {
            // The cluster decided that the move does not happen: the promise is over.
            _leader!.AnswerParked();
            StartTerm(_leaderLog!);
            return;
        }

        _source.Begin(move);
    }

    private void OnHandOver(HandOver command)
    {
        _source!.OnHandOver(command, Sender);
        PromiseWhenDue();
    }

    private void OnFlushed(Flushed flushed)
    {
        _leader!.OnFlushed(flushed.Ticket);
        PromiseWhenDue();
    }

    private void OnReconfigure(Reconfigure command)
    {
        _topic = command.Settings;
        _leader!.OnReconfigure(command.Settings);
    }

    private void PromiseWhenDue()
    {
        if (_source!.IsPromiseDue)
        {
            Persist(new HandedOver(_source.Move!.Value), handedOver =>
            {
                Note(handedOver);
                Guarded(() => _source.Promised());
            });
        }
    }

    private void Report(RecoveryReport report)
    {
        if (report.CutBytes > 0)
        {
            _log.Warning("{0}: cut {1} bytes after offset {2} in {3} at byte {4}: {5}. Every batch before it is whole.",
                _identity.Name, report.CutBytes, report.End, report.File, report.Position, report.Reason);
        }
        else if (!report.WasClean && report.BytesScanned > 0)
        {
            _log.Info("{0}: was not closed cleanly; checked {1} bytes, nothing is lost, log end {2}", _identity.Name, report.BytesScanned, report.End);
        }
    }

    private void Guarded(Action work)
    {
        try
        {
            work();
        }
        catch (LogIOException cause)
        {
            Fence(cause);
        }
    }

    /// <summary>As <see cref="Guarded"/>, for a request: whoever asked is told, too.</summary>
    private void Answering(RequestId id, Action work)
    {
        try
        {
            work();
        }
        catch (LogIOException cause)
        {
            Sender.Tell(new FetchRefused(id, FetchError.DiskFailed, Offset.None, Offset.None));
            Fence(cause);
        }
    }

    private void Fence(LogIOException cause)
    {
        if (_isReadOnly || _leader is not { HasFailedToAppend: true })
        {
            FenceWholly(cause);
            return;
        }

        _isReadOnly = true;

        _log.Error("{0}: fenced, takes no more records; what it has can be read. {1}. {2}", _identity.Name, cause.Message, WhatToDo);
        _leader.RefuseAppends(AppendError.DiskFailed);
        Become(ReadOnly);
        Context.Parent.Tell(new PartitionFenced(_identity.Name, cause.Message, IsReadable: true));
    }

    private void FenceWholly(LogIOException cause)
    {
        _log.Error("{0}: fenced, its clients get storage errors. {1}. {2}", _identity.Name, cause.Message, WhatToDo);
        Abandon(AppendError.DiskFailed, FetchError.DiskFailed);
        Become(Fenced);
        Context.Parent.Tell(new PartitionFenced(_identity.Name, cause.Message, IsReadable: false));
    }

    private void OnFallAsleep()
    {
        if (_leader!.IsIdle && _source!.Move is null)
        {
            OnClosed(_leader.Close());
        }
        else
        {
            Sender.Tell(StaysAwake.Instance);
        }
    }

    private void CloseLog()
    {
        try
        {
            OnClosed(_leader!.Close());
        }
        catch (LogIOException cause)
        {
            NotClosedCleanly(cause);
            End();
        }
    }

    private void OnClosed(SleepingLog closed)
    {
        if (_handedOver is null)
        {
            Context.Parent.Tell(new LogClosed(closed));
        }

        End();
    }

    private void End()
    {
        _leader = null;
        Become(Gone);
        Context.Stop(Self);
    }

    private void NotClosedCleanly(LogIOException cause)
    {
        _log.Warning("{0}: not closed cleanly, its next start looks through what was written last: {1}", _identity.Name, cause.Message);
        Abandon(AppendError.DiskFailed, FetchError.DiskFailed);
    }

    private void Abandon(AppendError append, FetchError fetch)
    {
        _leader?.Abandon(append, fetch);
        _leader = null;
        _copy?.Abandon();
        _copy = null;
        _copiedLog?.Dispose();
        _copiedLog = null;
    }

    /// <summary>Deletes the folder: log and hard state. What waits in the mailbox is refused before the actor ends.</summary>
    private void DeleteData()
    {
        Abandon(AppendError.NotLeader, FetchError.NotLeader);
        try
        {
            PartitionLog.Delete(_identity.Storage.Files, _identity.Folder);
        }
        catch (LogIOException cause)
        {
            _log.Error("{0}: its data cannot be deleted, delete the folder by hand: {1}", _identity.Name, cause.Message);
        }

        Become(Gone);
        Self.Tell(PoisonPill.Instance);
    }
}

/// <summary>Tick: write what was collected.</summary>
internal sealed record DrainTick
{
    public static readonly DrainTick Instance = new();
}

/// <summary>Tick: data is as old as the flush interval allows.</summary>
internal sealed record FlushTick
{
    public static readonly FlushTick Instance = new();
}
