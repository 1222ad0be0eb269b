using System.Collections.Immutable;
using ActorBroker.Client.Cluster;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Consuming;

/// <summary>Carries out what <see cref="GroupMembership"/> decides. Child of the engine, to which it tells partitions and takes them.</summary>
internal sealed class GroupMemberActor : ReceiveActor, IWithTimers, IDisposable
{
    private static readonly TimeSpan LeaveTimeout = TimeSpan.FromSeconds(5);   // the session timeout does the same a little later
    private readonly ClusterAccess _cluster;
    private readonly ConsumerSettings _settings;
    private readonly ImmutableArray<string> _topics;
    private readonly GroupMembership _membership;
    private readonly ILoggingAdapter _logging = Context.GetLogger();
    private readonly CancellationTokenSource _ended = new();
    private TimeSpan _heardAt;
    private TimeSpan _pause;
    private bool _isHeartbeatSent;
    private bool _isRefreshing;

    public GroupMemberActor(ClusterAccess cluster, ConsumerSettings settings, ImmutableArray<string> topics)
    {
        _cluster = cluster;
        _settings = settings;
        _topics = topics;
        _membership = new GroupMembership(settings, topics);
        Receive<GroupJoined>(reply => Carry(_membership.OnJoined(reply)));
        Receive<GroupSynced>(reply => Carry(_membership.OnSynced(reply)));
        Receive<HeartbeatAnswered>(OnHeartbeatAnswered);
        Receive<RequestFailed>(failed => Carry(_membership.OnFailed(failed.Error)));
        Receive<TopicsFound>(OnTopicsFound);
        Receive<CommitRefused>(refused => Carry(_membership.OnAnswered(refused.Generation, refused.Error)));
        Receive<PartitionsGivenUp>(_ => Carry(_membership.OnRevoked()));
        Receive<HeartbeatTick>(_ => OnHeartbeatTick());
        Receive<JoinTick>(_ => Carry(_membership.OnJoinDue()));
        Receive<LeaveCommand>(_ => OnLeave());
        Receive<LeftGroup>(left => Context.Parent.Tell(left));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private static TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    public void Dispose() => _ended.Dispose();

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(HeartbeatTick.Instance, HeartbeatTick.Instance, _settings.HeartbeatInterval);
        Carry(_membership.Begin());
    }

    protected override void PostStop() => _ended.Cancel();

    private void Carry(GroupEffect effect)
    {
        switch (effect)
        {
            case GroupEffect.Send { Request: JoinGroup join }:
                Ask<GroupJoined>(join, _settings.RebalanceTimeout + _cluster.Settings.RequestTimeout);
                break;
            case GroupEffect.Send { Request: SyncGroup sync }:
                Ask<GroupSynced>(sync, _settings.RebalanceTimeout + _cluster.Settings.RequestTimeout);
                break;
            case GroupEffect.Send { Request: HeartbeatGroup heartbeat }:
                SendHeartbeat(heartbeat);
                break;
            case GroupEffect.FindTopics:
                RefreshTopics(_cluster.View.Number);
                break;
            case GroupEffect.Revoke revoke:
                Context.Parent.Tell(new RevokeCommand(revoke.AreLost));
                break;
            case GroupEffect.Assign assign:
                (_heardAt, _pause) = (Now, TimeSpan.Zero);
                _logging.Debug("Group {0}: generation {1} gives {2} partitions", _settings.GroupId, _membership.Generation, assign.Partitions.Length);
                Context.Parent.Tell(new AssignedByGroup(assign.Partitions, new GroupIdentity(_membership.Generation, _membership.MemberId)));
                break;
            case GroupEffect.JoinLater:
                _pause = _cluster.Settings.MetadataBackoff.After(_pause);
                Timers.StartSingleTimer(JoinTick.Instance, JoinTick.Instance, _pause);
                break;
            case GroupEffect.Fail fail:
                Context.Parent.Tell(new GroupFailed(fail.Error));
                break;
            default:
                break;
        }
    }

    private void Ask<TReply>(ISessionRequest request, TimeSpan timeout)
        where TReply : ISessionReply =>
        _cluster.AskAnyAsync<TReply>(request, timeout, _ended.Token).PipeTo(Self, Self, reply => reply, error => new RequestFailed(AsBrokerError(error)));

    private void SendHeartbeat(HeartbeatGroup heartbeat)
    {
        if (!_isHeartbeatSent)
        {
            _isHeartbeatSent = true;
            _cluster.AskAnyAsync<GroupReply>(heartbeat, _settings.SessionTimeout, _ended.Token).PipeTo(
                Self,
                Self,
                reply => new HeartbeatAnswered(heartbeat.Generation, reply.Error, null),
                error => new HeartbeatAnswered(heartbeat.Generation, SessionError.None, error));
        }
    }

    private void OnHeartbeatAnswered(HeartbeatAnswered answered)
    {
        _isHeartbeatSent = false;
        if (answered.Failure is null)
        {
            _heardAt = Now;
            Carry(_membership.OnAnswered(answered.Generation, answered.Error));
        }
        else
        {
            _logging.Debug("Group {0}: a heartbeat was not answered: {1}", _settings.GroupId, answered.Failure.Message);
        }
    }

    private void OnHeartbeatTick()
    {
        Carry(_membership.OnHeartbeatDue());
        if (_membership.State == GroupState.Stable && Now - _heardAt > _settings.SessionTimeout)
        {
            Carry(_membership.OnSessionLost());
        }

        WatchTopics();
    }

    /// <summary>The leader sees to it that new partitions, and topics that come into being, are read. The view renews itself now and
    /// then; for missing topics it is renewed here.</summary>
    private void WatchTopics()
    {
        if (_membership.State != GroupState.Stable || _membership.WatchedTopics.IsEmpty)
        {
            return;
        }

        var counts = CountPartitions();
        Carry(_membership.OnTopics(counts));
        if (_membership.WatchedTopics.Any(topic => !counts.ContainsKey(topic)))
        {
            RefreshTopics(_cluster.View.Number);
        }
    }

    private void RefreshTopics(long olderThan)
    {
        if (!_isRefreshing)
        {
            _isRefreshing = true;
            _cluster.RefreshAsync([.. _membership.WatchedTopics.Union(_topics, StringComparer.Ordinal)], createMissing: false, olderThan, _ended.Token)
                .PipeTo(Self, Self, _ => new TopicsFound(null), error => new TopicsFound(AsBrokerError(error)));
        }
    }

    private void OnTopicsFound(TopicsFound found)
    {
        _isRefreshing = false;
        if (_membership.State == GroupState.Counting && _membership.WatchedTopics.Any(topic => !_cluster.View.Topics.ContainsKey(topic)) && found.Error is null)
        {
            RefreshTopics(-1);   // what was under way was asked for an earlier generation
            return;
        }

        Carry(found.Error is null ? _membership.OnTopics(CountPartitions()) : _membership.OnFailed(found.Error));
    }

    private Dictionary<string, int> CountPartitions() => _membership.WatchedTopics
        .Where(topic => _cluster.View.Topics.TryGetValue(topic, out var known) && !known.Partitions.IsDefaultOrEmpty)
        .ToDictionary(topic => topic, topic => _cluster.View.Topics[topic].Partitions.Length, StringComparer.Ordinal);

    private void OnLeave()
    {
        if (_membership.Leave() is GroupEffect.Send leave)
        {
            _cluster.AskAnyAsync<GroupReply>(leave.Request, LeaveTimeout, _ended.Token)
                .PipeTo(Self, Self, _ => LeftGroup.Instance, _ => LeftGroup.Instance);
        }
        else
        {
            Context.Parent.Tell(LeftGroup.Instance);
        }
    }

    private static BrokerException AsBrokerError(Exception error) =>
        error as BrokerException ?? new BrokerException(SessionError.None, false, error.Message, error);

    private sealed record HeartbeatAnswered(int Generation, SessionError Error, Exception? Failure);

    private sealed record RequestFailed(BrokerException Error);

    private sealed record TopicsFound(BrokerException? Error);

    private sealed record HeartbeatTick
    {
        public static readonly HeartbeatTick Instance = new();
    }

    private sealed record JoinTick
    {
        public static readonly JoinTick Instance = new();
    }
}

/// <summary>To the engine: read these, after everything else was given up.</summary>
internal sealed record AssignedByGroup(ImmutableArray<TopicPartition> Partitions, GroupIdentity Identity);

/// <summary>To the engine: give all partitions up. Answered by <see cref="PartitionsGivenUp"/>.</summary>
internal sealed record RevokeCommand(bool AreLost);

/// <summary>To the member: done.</summary>
internal sealed record PartitionsGivenUp
{
    public static readonly PartitionsGivenUp Instance = new();
}

/// <summary>To the engine: there will be no partitions.</summary>
internal sealed record GroupFailed(GroupException Error);

/// <summary>To the member: what a commit was refused with.</summary>
internal sealed record CommitRefused(int Generation, SessionError Error);

/// <summary>To the member: leave the group. Answered by <see cref="LeftGroup"/>.</summary>
internal sealed record LeaveCommand
{
    public static readonly LeaveCommand Instance = new();
}

/// <summary>To the engine: not a member any more.</summary>
internal sealed record LeftGroup
{
    public static readonly LeftGroup Instance = new();
}
