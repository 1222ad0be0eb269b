using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorBroker.Partitions;

/// <summary>One replica of one topic-partition; sole owner of its <see cref="PartitionLog"/>. Produce path 3/6.</summary>
/// <remarks>
/// Recovers its hard state, opens the log, starts a new term and leads it. With one replica this node's vote is the
/// majority; other roles stand beside <see cref="LeaderRole"/>.
/// A disk error fences the partition: every waiting producer and consumer is told, and everything is refused with a
/// storage error until the node restarts. Any other exception is a bug: the supervisor restarts the actor, which
/// recovers as after a crash.
/// </remarks>
internal sealed class PartitionActor : ReceivePersistentActor, IWithTimers
{
    /// <summary>Only the last term counts; the ones before it are deleted now and then.</summary>
    private const int TermsKept = 64;

    private readonly PartitionIdentity _identity;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private TopicSettings _topic;
    private int _term;
    private LeaderRole? _leader;

    public PartitionActor(PartitionIdentity identity)
    {
        _identity = identity;
        _topic = identity.Topic;
        Recover<TermStarted>(started => _term = Math.Max(_term, started.Term));
        Recover<RecoveryCompleted>(_ => OpenLog());
        Opening();
    }

    public override string PersistenceId => NodeStorage.PartitionIdPrefix + _identity.Name;

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(PartitionIdentity identity) => Akka.Actor.Props.Create(() => new PartitionActor(identity));

    protected override void PostStop()
    {
        _leader?.Abandon(AppendError.NotLeader, FetchError.NotLeader);
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _leader?.Abandon(AppendError.NotLeader, FetchError.NotLeader);
        _leader = null;
        base.PreRestart(reason, message);
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error("{0}: hard state was not written: {1}", _identity.Name, cause.Message);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _log.Error("{0}: hard state cannot be read: {1}", _identity.Name, reason.Message);

    private void Opening()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        Command<Reconfigure>(m => _topic = m.Settings);
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    private void Leader()
    {
        Command<Append>(m => Guarded(() => _leader!.OnAppend(m, Sender)));
        Command<Fetch>(m => Guarded(() => _leader!.OnFetch(m, Sender)));
        Command<CompleteFetch>(m => Guarded(() => _leader!.OnCompleteFetch(m, Sender)));
        Command<DrainTick>(_ => Guarded(() => _leader!.WriteCollected()));
        Command<FlushTick>(_ => Guarded(() => _leader!.OnFlushTick()));
        Command<Flushed>(m => Guarded(() => _leader!.OnFlushed(m.Ticket)));
        Command<FlushFailed>(m => Fence(m.Cause));
        Command<FindOffset>(m => Guarded(() => _leader!.OnFindOffset(m, Sender)));
        Command<FindEpochEnd>(m => Guarded(() => _leader!.OnFindEpochEnd(m, Sender)));
        Command<DeleteRecords>(m => Guarded(() => _leader!.OnDeleteRecords(m, Sender)));
        Command<ApplyRetention>(_ => Guarded(() => _leader!.OnApplyRetention()));
        Command<Reconfigure>(m => Guarded(() => _leader!.OnReconfigure(m.Settings)));
        Command<ClosePartition>(_ => Guarded(CloseLog));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    private void Fenced()
    {
        RefuseProducersAndConsumers(AppendError.DiskFailed, FetchError.DiskFailed);
        Command<Reconfigure>(_ => { });
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    private void RefuseProducersAndConsumers(AppendError append, FetchError fetch)
    {
        Command<Append>(m =>
        {
            m.Batch.Dispose();
            Sender.Tell(new AppendRefused(m.Id, append, Offset.None));
        });
        Command<Fetch>(m => Sender.Tell(new FetchRefused(m.Id, fetch, Offset.None, Offset.None)));
        Command<FindOffset>(m => Sender.Tell(new FetchRefused(m.Id, fetch, Offset.None, Offset.None)));
        Command<FindEpochEnd>(m => Sender.Tell(new FetchRefused(m.Id, fetch, Offset.None, Offset.None)));
        Command<DeleteRecords>(m => Sender.Tell(new FetchRefused(m.Id, fetch, Offset.None, Offset.None)));
    }

    /// <summary>Messages of a role that is over: a late tick or flush, a fetch that was answered.</summary>
    private void CommandNothingElse() => CommandAny(message =>
    {
        if (message is not (CompleteFetch or DrainTick or FlushTick or Flushed or FlushFailed or ApplyRetention))
        {
            Unhandled(message);
        }
    });

    private void OpenLog()
    {
        try
        {
            FolderIdentity.Claim(_identity.Storage.Files, _identity.Folder, _identity.TopicId);
            var log = PartitionLog.Open(_identity.Storage.Files, _identity.Folder, _topic.ToLogSettings(), _identity.Storage.Clock);
            Report(log.Recovery);
            Lead(log);
        }
        catch (LogIOException cause)
        {
            Fence(cause);
        }
    }

    /// <summary>Starts the next term. The vote is on the disk before the first batch carries its epoch.</summary>
    private void Lead(PartitionLog log)
    {
        var term = Math.Max(_term, log.LastEpoch.Value) + 1;
        Persist(new TermStarted(term, _identity.Node.Value), started =>
        {
            _term = started.Term;
            if (LastSequenceNr % TermsKept == 0)
            {
                DeleteMessages(LastSequenceNr - 1);
            }

            var epoch = new LeaderEpoch(started.Term);
            _leader = new LeaderRole(log, epoch, _identity, _topic, Self, Timers);
            Become(Leader);
            Guarded(() =>
            {
                _leader.Start();
                _log.Debug("{0}: leader of epoch {1}, log {2}..{3}", _identity.Name, epoch, log.Offsets.Start, log.Offsets.End);
                Context.Parent.Tell(new LeaderElected(_identity.Name, _identity.TopicId, _identity.Node, epoch));
            });
        });
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

    private void Fence(LogIOException cause)
    {
        _log.Error("{0}: fenced, its clients get storage errors until the node restarts: {1}", _identity.Name, cause.Message);
        _leader?.Abandon(AppendError.DiskFailed, FetchError.DiskFailed);
        _leader = null;
        Become(Fenced);
        Context.Parent.Tell(new PartitionFenced(_identity.Name, cause.Message));
    }

    private void CloseLog()
    {
        _leader!.Close();
        _leader = null;
        Become(Opening);
        Context.Stop(Self);
    }

    private void DeleteData()
    {
        _leader?.Abandon(AppendError.NotLeader, FetchError.NotLeader);
        _leader = null;
        try
        {
            PartitionLog.Delete(_identity.Storage.Files, _identity.Folder);
        }
        catch (LogIOException cause)
        {
            _log.Error("{0}: its data cannot be deleted, delete the folder by hand: {1}", _identity.Name, cause.Message);
        }

        Context.Stop(Self);
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
