using Akka.Actor;
using Akka.Event;

namespace Akka.Cluster.SBR;

/// <summary>Waits until nothing changes any more; then the leader of its side carries out the decision.</summary>
internal sealed class SplitBrainResolver : ReceiveActor
{
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(500);
    private readonly Cluster _cluster;
    private readonly SplitBrainResolverSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private ICancelable? _ticks;
    private DateTimeOffset _stableSince;
    private DateTimeOffset? _troubleSince;

    public SplitBrainResolver(Cluster cluster, SplitBrainResolverSettings settings)
    {
        _cluster = cluster;
        _settings = settings;
        Receive<ClusterEvent.CurrentClusterState>(_ => Restart());
        Receive<ClusterEvent.IMemberEvent>(_ => Restart());
        Receive<ClusterEvent.IReachabilityEvent>(_ => Restart());
        Receive<Tick>(_ => OnTick());
    }

    private static DateTimeOffset Now => Context.System.Scheduler.Now;

    protected override void PreStart()
    {
        _stableSince = Now;
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        _ticks = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(TickInterval, TickInterval, Self, Tick.Instance, Self);
    }

    protected override void PostStop()
    {
        _ticks?.Cancel();
        _cluster.Unsubscribe(Self);
    }

    private void Restart() => _stableSince = Now;

    private void OnTick()
    {
        var state = _cluster.State;
        var unreachable = state.Unreachable.Where(member => member.Status != MemberStatus.Down).Select(member => member.UniqueAddress).ToHashSet();
        if (unreachable.Count == 0 || _cluster.SelfMember.Status is not (MemberStatus.Up or MemberStatus.Leaving or MemberStatus.WeaklyUp))
        {
            _troubleSince = null;
            return;
        }

        _troubleSince ??= Now;
        if (!_cluster.SelfAddress.Equals(state.Leader))
        {
            return;
        }

        if (Now - _stableSince >= _settings.StableAfter)
        {
            var decision = _settings.DowningStrategy == "down-all"
                ? DowningDecision.DownAll
                : KeepMajority.Decide(state.Members, state.Unreachable.Select(member => member.UniqueAddress).ToHashSet(), _settings.KeepMajorityRole);
            Carry(decision, state, unreachable);
        }
        else if (_settings.DownAllWhenUnstable is { } limit && Now - _troubleSince > limit)
        {
            _log.Warning("SBR found the cluster unstable for {0}: all members are downed (down-all-when-unstable)", limit);
            Carry(DowningDecision.DownAll, state, unreachable);
        }
    }

    private void Carry(DowningDecision decision, ClusterEvent.CurrentClusterState state, HashSet<UniqueAddress> unreachable)
    {
        if (decision == DowningDecision.Nothing)
        {
            return;
        }

        var downed = state.Members.Where(member => member.Status != MemberStatus.Down && decision switch
        {
            DowningDecision.DownUnreachable => unreachable.Contains(member.UniqueAddress),
            DowningDecision.DownReachable => !unreachable.Contains(member.UniqueAddress),
            _ => true,
        }).ToArray();
        _log.Warning("SBR took decision {0} and is downing [{1}], unreachable are [{2}] of [{3}] members",
            decision, string.Join(", ", downed.Select(member => member.Address)), string.Join(", ", unreachable.Select(node => node.Address)), state.Members.Count);
        Restart();
        // Itself last: it has to tell the others first.
        foreach (var member in downed.OrderBy(member => member.UniqueAddress == _cluster.SelfUniqueAddress))
        {
            _cluster.Down(member.Address);
        }
    }

    private sealed record Tick
    {
        public static readonly Tick Instance = new();
    }
}
