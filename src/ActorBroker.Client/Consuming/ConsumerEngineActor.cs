using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Consuming;

/// <summary>What stands behind one <see cref="Consumer{TKey, TValue}"/>: owner of its partitions, their streams and positions, its place in
/// the group, and its commits.</summary>
internal sealed class ConsumerEngineActor : ReceiveActor, IWithTimers, IDisposable
{
    private static readonly TimeSpan LeavePatience = TimeSpan.FromSeconds(6);
    private readonly ConsumerBoard _board;
    private readonly ClusterAccess _cluster;
    private readonly ConsumerSettings _settings;
    private readonly PositionFinder _finder;
    private readonly CommitQueue _commits;
    private readonly HandOut _handOut;
    private readonly ILoggingAdapter _logging = Context.GetLogger();
    private readonly CancellationTokenSource _ended = new();
    private StreamTable _streams = null!;
    private PartitionTable _partitions = null!;
    private GroupIdentity _identity = GroupIdentity.Nobody;
    private GroupException? _groupError;
    private IActorRef? _member;
    private Revocation? _revocation;
    private TimeSpan _pause;
    private bool _isAnnouncing;
    private bool _isClosing;

    public ConsumerEngineActor(ConsumerBoard board, ClusterAccess cluster, ConsumerSettings settings)
    {
        _board = board;
        _cluster = cluster;
        _settings = settings;
        _finder = new PositionFinder(cluster, new LeaderRequests(cluster, Context.System.Scheduler), settings);
        _commits = new CommitQueue(cluster, settings, Self, _ended.Token);
        var turns = new TurnQueue();
        _handOut = new HandOut(turns);
        Turns = turns;
        Receive<TakeCommand>(OnTake);
        Receive<BatchesRead>(OnBatches);
        Receive<StreamEnded>(OnStreamEnded);
        Receive<EndEnumeration>(OnEndEnumeration);
        Receive<IConsumerCommand>(OnCommand);
        Receive<LinkOpened>(opened => _streams.OnLinkOpened(opened, _partitions.All));
        Receive<LinkClosed>(closed => _streams.OnLinkClosed(closed, _partitions.All));
        Receive<ViewRenewed>(renewed => _streams.OnViewRenewed(renewed, _partitions.All));
        Receive<RenewTick>(_ => _streams.OnRenewTick(_partitions.All));
        Receive<RelinkTick>(tick => _streams.OnRelink(tick, _partitions.All));
        Receive<ReopenTick>(tick => _streams.Open(tick.Partition));
        Receive<PositionsFound>(OnPositionsFound);
        Receive<ResolveTick>(_ => _partitions.Resolve());
        Receive<CommitDone>(_commits.OnDone);
        Receive<CommitTick>(_ => OnCommitTick());
        Receive<ServeTick>(_ => Serve());
        Receive<AssignedByGroup>(OnAssignedByGroup);
        Receive<RevokeCommand>(revoke => Revoke(revoke.AreLost, mayWait: true, GivenUp));
        Receive<RevokeTick>(_ => ContinueRevocation());
        Receive<GroupFailed>(OnGroupFailed);
        Receive<ApplicationTold>(OnApplicationTold);
        Receive<LeftGroup>(_ => End());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TurnQueue Turns { get; }

    private bool IsAtMostOnce => _settings.Delivery == Delivery.AtMostOnce;

    protected override void PreStart()
    {
        _streams = new StreamTable(_cluster, _settings, Turns, Context, Timers, _ended.Token);
        _partitions = new PartitionTable(
            _board, _settings, _finder, _streams, _handOut, Context, Timers, _cluster.Settings.MetadataBackoff.Max, _ended.Token);
        if (_settings.HasGroup && !IsAtMostOnce && _settings.CommitInterval is { } interval)
        {
            Timers.StartPeriodicTimer(CommitTick.Instance, CommitTick.Instance, interval);
        }
    }

    public void Dispose() => _ended.Dispose();

    /// <summary>There is no going on after a bug: positions may be wrong.</summary>
    protected override void PreRestart(Exception reason, object message) =>
        Close(new BrokerException(SessionError.None, false, $"The consumer failed: {reason.Message}", reason));

    protected override void PostRestart(Exception reason) => Context.Stop(Self);

    protected override void PostStop() => Close(_isClosing ? null : new ClientClosedException("The client has ended with its actor system."));

    private void Close(BrokerException? why)
    {
        _ended.Cancel();
        _commits.End(why ?? new ClientClosedException("The consumer is disposed of."));
        _handOut.End(why);
        _board.End(why);
    }

    private void OnCommand(IConsumerCommand command)
    {
        switch (command)
        {
            case CloseCommand:
                OnClose();
                break;
            case AssignCommand assign when !_isClosing:
                Revoke(areLost: false, mayWait: false, () => _partitions.Set(assign.Partitions, isHeld: false));
                break;
            case SubscribeCommand subscribe when !_isClosing:
                var (cluster, settings, topics) = (_cluster, _settings, subscribe.Topics);
                _partitions.IsOfGroup = true;
                _member = Context.ActorOf(Props.Create(() => new GroupMemberActor(cluster, settings, topics)), "member");
                break;
            case SeekCommand seek:
                OnSeek(seek);
                break;
            case ResumeCommand resume:
                OnResume(resume);
                break;
            case CommitCommand commit:
                OnCommit(commit);
                break;
            default:
                break;
        }
    }

    // ---- giving records out

    private void OnTake(TakeCommand take)
    {
        TakeBack(take.Returned);
        _handOut.Ask(take.Reply);
        if (_groupError is not null)
        {
            _handOut.Fault(null, _groupError);
        }

        foreach (var partition in _partitions.All.Where(partition => partition.IsFaultTold).ToArray())
        {
            (partition.IsFaulted, partition.IsFaultTold) = (false, false);
            _streams.Open(partition);
            _partitions.Resolve();
        }

        ApplicationIsFree();
    }

    private void OnEndEnumeration(EndEnumeration end)
    {
        TakeBack(end.Returned);
        _handOut.EndEnumeration();
        ApplicationIsFree();
    }

    private void TakeBack(ReturnedChunk? returned)
    {
        if (returned is null || returned.Chunk.Of.IsGone)
        {
            return;
        }

        switch (returned.State)
        {
            case ChunkState.Consumed:
                _streams.Consumed(returned.Chunk);
                break;
            case ChunkState.Unfinished:
                Turns.PutBack(returned.Chunk);
                break;
            default:
                _partitions.Replace(returned.Chunk.Of, returned.Chunk.Of.Position is { } position ? Start.At(position) : returned.Chunk.Of.Start);
                _partitions.Resolve();
                break;
        }
    }

    private void ApplicationIsFree()
    {
        if (_revocation is { IsWaiting: true })
        {
            ContinueRevocation();
        }

        Serve();
    }

    private void Serve()
    {
        if (_isAnnouncing)
        {
            return;
        }

        if (!IsAtMostOnce)
        {
            _handOut.Serve();
        }
        else if (_handOut.BeginCommit() is { } chunk)
        {
            if (chunk.Of.Committed >= chunk.Next)
            {
                _handOut.EndCommit(isStored: true);
            }
            else
            {
                _commits.Add([(chunk.Of.Partition, chunk.Next)], _identity, error => OnCommittedAhead(chunk, error));
            }
        }
    }

    private void OnCommittedAhead(Chunk chunk, BrokerException? error)
    {
        if (error is null)
        {
            (chunk.Of.Committed, _pause) = (chunk.Next, TimeSpan.Zero);
            _handOut.EndCommit(isStored: true);
            Serve();
            return;
        }

        _handOut.EndCommit(isStored: false);
        TellMember(error);
        if (_member is null && !error.IsRetriable)
        {
            _partitions.Fault(chunk.Of, error);
            Serve();
            return;
        }

        _pause = _cluster.Settings.MetadataBackoff.After(_pause);
        Timers.StartSingleTimer(ServeTick.Instance, ServeTick.Instance, _pause);
    }

    private void OnBatches(BatchesRead read)
    {
        if (_streams.Find(read.Stream) is not { } partition)
        {
            return;
        }

        if (!_streams.OnBatches(partition, read))
        {
            _partitions.Fault(partition, new BrokerException(
                SessionError.InvalidBatch, false, $"{partition.Partition}: what came for offset {partition.NextFetch} is damaged."));
        }

        Serve();
    }

    private void OnStreamEnded(StreamEnded ended)
    {
        if (_streams.Find(ended.Stream) is not { } partition)
        {
            return;
        }

        var isHopeless = IsHopeless(ended.Error);
        _streams.OnEnded(partition, ended, willReopen: !isHopeless && ended.Error != SessionError.OffsetOutOfRange);
        if (ended.Error == SessionError.OffsetOutOfRange)
        {
            _partitions.OnOutOfRange(partition, ended);
        }
        else if (isHopeless)
        {
            _partitions.Fault(partition, SessionErrors.ToException(ended.Error, $"{partition.Partition} cannot be read: {ended.Error}, {ended.Message}"));
        }

        Serve();
    }

    /// <summary>Without somebody's doing something the same stream would end in the same way again.</summary>
    private bool IsHopeless(SessionError error) => error switch
    {
        SessionError.UnknownTopicOrPartition => _member is null,
        SessionError.Unknown or SessionError.None or SessionError.CreditExceeded or SessionError.OffsetOutOfRange => false,
        _ => !SessionErrors.IsRetriable(error),
    };

    // ---- partitions

    private void OnPositionsFound(PositionsFound found)
    {
        _partitions.OnPositionsFound(found);
        Serve();
    }

    private void OnSeek(SeekCommand seek)
    {
        var (partition, start) = seek.Start;
        if (_revocation is not null || _partitions.Find(partition) is not { } old)
        {
            seek.Done.TrySetException(new InvalidOperationException($"{partition} is not assigned to this consumer."));
            return;
        }

        _partitions.Replace(old, start).Sought = seek.Done;
        _partitions.Resolve();
    }

    private void OnResume(ResumeCommand resume)
    {
        foreach (var partition in resume.Partitions)
        {
            if (_partitions.Find(partition) is { } assigned)
            {
                Turns.Offer(assigned);
            }
        }

        Serve();
    }

    // ---- commits

    private void OnCommit(CommitCommand commit)
    {
        if (commit.Offsets is { } offsets)
        {
            _commits.Add(offsets, _identity, error => Answer(commit.Done, error));
        }
        else
        {
            CommitPositions(isEverything: false, error => Answer(commit.Done, error));
        }
    }

    private void Answer(TaskCompletionSource done, BrokerException? error)
    {
        if (error is null)
        {
            done.TrySetResult();
            return;
        }

        TellMember(error);
        done.TrySetException(error);
    }

    /// <param name="isEverything">Also what the group is believed to have.</param>
    private void CommitPositions(bool isEverything, Action<BrokerException?> done)
    {
        ImmutableArray<(AssignedPartition Of, Offset Position)> moved = [.. _partitions.All
            .Where(partition => partition.Position is { } position && (isEverything || position != partition.Committed))
            .Select(partition => (partition, partition.Position!.Value))];
        _commits.Add([.. moved.Select(one => (one.Of.Partition, one.Position))], _identity, error =>
        {
            foreach (var (partition, position) in error is null ? moved : [])
            {
                partition.Committed = position;
            }

            done(error);
        });
    }

    private void OnCommitTick()
    {
        if (_commits.IsIdle && _revocation is null)
        {
            CommitPositions(isEverything: false, LogCommitError);
        }
    }

    private void LogCommitError(BrokerException? error)
    {
        if (error is not null)
        {
            _logging.Warning("Positions of group {0} were not committed: {1}", _settings.GroupId, error.Message);
            TellMember(error);
        }
    }

    private void TellMember(BrokerException error) => _member?.Tell(new CommitRefused(_identity.Generation, error.Error));

    // ---- the group

    private void OnAssignedByGroup(AssignedByGroup assigned)
    {
        if (_isClosing)
        {
            return;
        }

        _identity = assigned.Identity;
        _isAnnouncing = _settings.OnAssigned is not null;
        _partitions.Set(assigned.Partitions.Distinct().Select(partition => new TopicPartitionStart(partition, Start.Committed)), _isAnnouncing);
        if (_settings.OnAssigned is { } tell)
        {
            TellApplication(() => tell(assigned.Partitions), "OnAssigned", _identity);
        }
    }

    private void OnGroupFailed(GroupFailed failed)
    {
        _groupError = failed.Error;
        _logging.Error("This consumer is not a member of group {0}: {1}", _settings.GroupId, failed.Error.Message);
        Revoke(areLost: true, mayWait: false, () => { });
        _handOut.Fault(null, failed.Error);
        Serve();
    }

    /// <summary>Takes all partitions away, in the steps that <see cref="Revocation"/> names.</summary>
    private void Revoke(bool areLost, bool mayWait, Action then)
    {
        if (_revocation is { } under)
        {
            under.AreLost |= areLost;
            under.Then = _isClosing ? under.Then : then;
            if (under.IsWaiting && !mayWait)
            {
                ContinueRevocation();
            }

            return;
        }

        if (_partitions.All.Count == 0)
        {
            then();
            return;
        }

        foreach (var partition in _partitions.All)
        {
            partition.Withdraw();
            _streams.Close(partition);
            partition.Sought?.TrySetException(new InvalidOperationException($"{partition.Partition} is not assigned to this consumer any more."));
        }

        _revocation = new Revocation(areLost, then) { IsWaiting = mayWait && !areLost && _settings.WaitsForApplication && _handOut.IsBusy };
        if (_revocation.IsWaiting)
        {
            Timers.StartSingleTimer(RevokeTick.Instance, RevokeTick.Instance, _settings.RebalanceTimeout * 0.75);   // the rest is for the commit
        }
        else
        {
            ContinueRevocation();
        }
    }

    private void ContinueRevocation()
    {
        if (_revocation is not { } revocation)
        {
            return;
        }

        Timers.Cancel(RevokeTick.Instance);
        revocation.IsWaiting = false;
        if (!revocation.AreLost && _settings.CommitsItself)
        {
            CommitPositions(isEverything: IsAtMostOnce, error =>
            {
                LogCommitError(error);
                TellRevoked();
            });
        }
        else
        {
            TellRevoked();
        }
    }

    private void TellRevoked()
    {
        if (_settings.OnRevoked is { } tell && _member is not null)
        {
            var told = new PartitionsRevoked([.. _partitions.Names], _revocation!.AreLost);
            TellApplication(() => tell(told), "OnRevoked", null);
        }
        else
        {
            EndRevocation();
        }
    }

    /// <summary>After all commits have their outcome: they belong to the generation that ends.</summary>
    private void EndRevocation() => _commits.Add([], _identity, _ => Finish());

    private void Finish()
    {
        var then = _revocation!.Then;
        _revocation = null;
        _isAnnouncing = false;
        _identity = GroupIdentity.Nobody;
        _partitions.Clear();
        then();
    }

    private void GivenUp() => _member!.Tell(PartitionsGivenUp.Instance);

    /// <param name="assigned">Null: partitions were revoked.</param>
    private void TellApplication(Func<Task> tell, string what, GroupIdentity? assigned) => Apart(tell).PipeTo(
        Self,
        Self,
        () => new ApplicationTold(assigned, null),
        error => new ApplicationTold(assigned, new BrokerException(SessionError.None, false, $"{what} of the consumer failed: {error.Message}", error)));

    /// <summary>The application's code does not run on the actor.</summary>
    private static async Task Apart(Func<Task> tell)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        await tell().ConfigureAwait(false);
    }

    private void OnApplicationTold(ApplicationTold told)
    {
        if (told.Error is not null)
        {
            _handOut.Fault(null, told.Error);
        }

        if (told.Assigned is null)
        {
            EndRevocation();
        }
        else if (told.Assigned == _identity && _isAnnouncing)
        {
            _isAnnouncing = false;
            foreach (var partition in _partitions.All)
            {
                partition.IsHeld = false;
            }

            _partitions.Resolve();
        }

        Serve();
    }

    // ---- the end

    private void OnClose()
    {
        if (_isClosing)
        {
            return;
        }

        Revoke(areLost: false, mayWait: false, Leave);
        _isClosing = true;
    }

    /// <summary>After the last commit has its outcome.</summary>
    private void Leave() => _commits.Add([], _identity, _ => LeaveGroup());

    private void LeaveGroup()
    {
        if (_member is null)
        {
            End();
            return;
        }

        _member.Tell(LeaveCommand.Instance);
        Timers.StartSingleTimer(LeftGroup.Instance, LeftGroup.Instance, LeavePatience);
    }

    private void End()
    {
        _isClosing = true;
        Context.Stop(Self);
    }

    private sealed record ApplicationTold(GroupIdentity? Assigned, BrokerException? Error);

    private sealed record CommitTick
    {
        public static readonly CommitTick Instance = new();
    }

    private sealed record ServeTick
    {
        public static readonly ServeTick Instance = new();
    }

    private sealed record RevokeTick
    {
        public static readonly RevokeTick Instance = new();
    }
}
