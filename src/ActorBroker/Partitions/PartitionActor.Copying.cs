using ActorBroker.Controller;
using ActorBroker.Log;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <content>A replica that takes the log over from another node, and waits for the cluster to say that it leads.</content>
internal sealed partial class PartitionActor
{
    private CopyRole? _copy;
    private PartitionLog? _copiedLog;
    private bool _isAgain;
    private string _copyFailure = "";

    private void Copying()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        Command<CopyPart>(m => CopyStep(() => _copy!.OnPart(m)));
        Command<CopyRefused>(m => CopyStep(() => _copy!.OnRefused(m)));
        Command<CopyTick>(_ => CopyStep(() => _copy!.OnTick()));
        Command<Flushed>(m => CopyStep(() => _copy!.OnFlushed(m.Ticket)));
        Command<FlushFailed>(m => CopyStep(() => _copy!.OnFlushFailed(m)));
        Command<Reconfigure>(m => CopyStep(() => _copy!.OnReconfigure(_topic = m.Settings)));
        Command<Assign>(OnAssignCopying);
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    /// <summary>The copy is complete: says so until the cluster has decided.</summary>
    private void Copied()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        Command<CopyTick>(_ => TellCopied());
        Command<Reconfigure>(m => Guarded(() => _copiedLog!.Settings = (_topic = m.Settings).ToLogSettings()));
        Command<Assign>(OnAssignCopied);
        Command<ClosePartition>(_ => Guarded(CloseCopied));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    /// <summary>The copy cannot be made: says so until the cluster has given the move up.</summary>
    private void NotCopied()
    {
        RefuseProducersAndConsumers(AppendError.NotLeader, FetchError.NotLeader);
        Command<CopyTick>(_ => TellNotCopied());
        Command<Reconfigure>(m => _topic = m.Settings);
        Command<Assign>(OnAssignCopying);
        Command<ClosePartition>(_ => Context.Stop(Self));
        Command<DeletePartition>(_ => DeleteData());
        CommandNothingElse();
    }

    /// <summary>Copies from nothing, except what a copy of this same move has completed: the cluster may already know of that one.</summary>
    private void Copy(PartitionMove move)
    {
        Check.That(move.Number > 0);    // 0 is the number of no move: an empty log would pass for a complete copy
        if (_copied < move.Number)
        {
            _copy = new CopyRole(_identity with { Topic = _topic }, move, Self, Timers, Context.System);
            Become(Copying);
            CopyStep(_copy.Start);
        }
        else if (_copied == move.Number && OpenLog() is { } log)
        {
            _isAgain = true;
            Await(log);
        }
        else
        {
            _log.Warning("{0}: move {1} is older than what this node holds; waits for newer metadata", _identity.Name, move.Number);
        }
    }

    private void CopyStep(Action step)
    {
        try
        {
            step();
        }
        catch (LogIOException cause)
        {
            FailCopy(cause.Message);
            return;
        }

        if (_copy!.Failure is { } reason)
        {
            FailCopy(reason);
        }
        else if (_copy.IsComplete)
        {
            StoreCopied(_copy);
        }
    }

    /// <summary>The term in which the copy will lead is on the disk before anybody hears of it.</summary>
    private void StoreCopied(CopyRole copy) => Persist(
        new TermStarted(NextTerm(copy.Log, copy.SourceEpoch), _identity.Node.Value, copy.Move.Number),
        started =>
        {
            Note(started);
            var log = copy.Log;
            _copy = null;
            Await(log);
        });

    private void Await(PartitionLog log)
    {
        _copiedLog = log;
        Become(Copied);
        Timers.StartPeriodicTimer(CopyTick.Instance, CopyTick.Instance, _identity.Settings.MoveRequestTimeout);
        TellCopied();
    }

    private void TellCopied() => Context.Parent.Tell(new CopyReady(_copied, _identity.TopicId, _identity.Name.Partition, _term));

    private void TellNotCopied() =>
        Context.Parent.Tell(new CopyFailed(_assigned!.Move!.Number, _identity.TopicId, _identity.Name.Partition, _copyFailure));

    private void FailCopy(string reason)
    {
        _log.Error("{0}: cannot be copied from node {1}: {2}", _identity.Name, _assigned!.Move!.From, reason);
        _copyFailure = reason;
        Abandon(AppendError.NotLeader, FetchError.NotLeader);
        try
        {
            PartitionLog.Delete(_identity.Storage.Files, _identity.Folder);
        }
        catch (LogIOException cause)
        {
            _log.Warning("{0}: what was copied is still there: {1}", _identity.Name, cause.Message);
        }

        Become(NotCopied);
        Timers.StartPeriodicTimer(CopyTick.Instance, CopyTick.Instance, _identity.Settings.MoveRequestTimeout);
        TellNotCopied();
    }

    private void OnAssignCopying(Assign assign)
    {
        if (!assign.IsCopy)
        {
            Fence(new LogIOException("the cluster says that this node leads, but its copy is not complete", _identity.Folder));
        }
    }

    private void OnAssignCopied(Assign assign)
    {
        if (assign.IsCopy)
        {
            return;
        }

        _assigned = assign;
        Timers.Cancel(CopyTick.Instance);
        var log = _copiedLog!;
        _copiedLog = null;
        if (_isAgain)
        {
            // It may have led in that term already, before the node's last start.
            StartTerm(log);
        }
        else
        {
            LeadIn(new LeaderEpoch(_term), log);
        }
    }

    private void CloseCopied()
    {
        try
        {
            _copiedLog!.Close();
        }
        catch (LogIOException cause)
        {
            NotClosedCleanly(cause);
        }

        _copiedLog = null;
        Become(Gone);
        Context.Stop(Self);
    }
}
