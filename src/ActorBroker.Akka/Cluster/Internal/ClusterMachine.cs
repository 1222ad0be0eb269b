using Akka.Actor;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>The life of one member: joins, exchanges states, watches over its neighbours, and acts as leader when it is.</summary>
/// <remarks>No threads, clock, sockets or actors: messages and time come in, messages and states go out through <see cref="IClusterHost"/>, so that
/// whole clusters run in one test. Not thread-safe. <see cref="IClusterHost.Changed"/> must not call back.</remarks>
internal sealed class ClusterMachine
{
    private const int ChangesFanOut = 5;

    private readonly ClusterSettings _settings;
    private readonly IClusterHost _host;
    private readonly Random _random;
    private readonly HeartbeatMonitor _monitor;
    private readonly JoinProcess _join;
    private readonly LeaderDuties _duties;
    private readonly HashSet<UniqueAddress> _exitingConfirmed = [];
    private readonly Dictionary<Address, Join> _waitForOldLife = [];
    private TimeSpan _nextBeat;
    private TimeSpan _nextGossip;
    private TimeSpan _nextReap;
    private TimeSpan _nextLeaderActions;
    private TimeSpan? _unconvergedSince;
    private bool _changesScheduled;
    private bool _isEnding;

    public ClusterMachine(UniqueAddress self, ClusterSettings settings, IClusterHost host, Random random, Func<FailureDetector> detector)
    {
        _settings = settings;
        _host = host;
        _random = random;
        _monitor = new HeartbeatMonitor(self, host, settings.MonitoredByNrOfMembers, settings.HeartbeatExpectedResponseAfter, detector);
        _join = new JoinProcess(self, settings, host, JoinSelf, () => _isEnding = true);
        _duties = new LeaderDuties(self, settings, host);
        State = new MembershipState(Gossip.Empty, self);
    }

    public MembershipState State { get; private set; }

    public UniqueAddress Self => State.Self;

    /// <summary>This system is a member, whatever its status.</summary>
    public bool IsMember => State.SelfMember is not null;

    public void JoinSeedNodes(IReadOnlyList<Address> seeds)
    {
        if (IsMember || _isEnding)
        {
            _host.Log.Info("This node is already a member: joining seed nodes [{0}] is ignored", string.Join(", ", seeds));
            return;
        }

        _join.Start(seeds);
    }

    public void JoinTo(Address address)
    {
        if (IsMember || _isEnding)
        {
            _host.Log.Info("This node is already a member: joining [{0}] is ignored", address);
            return;
        }

        _join.To(address);
    }

    public void Leave(Address address)
    {
        if (Find(address) is not { Status: MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up } member)
        {
            return;
        }

        _host.Log.Info("Marked address [{0}] as [Leaving]", address);
        Change(State.Gossip.With(member.Copy(MemberStatus.Leaving)));
    }

    public void Down(Address address)
    {
        if (Find(address) is not { } member || member.Status == MemberStatus.Down)
        {
            _host.Log.Info("Ignoring down of unknown or downed node [{0}]", address);
            return;
        }

        _host.Log.Info("Marking node [{0}] as [Down]", address);
        Change(State.Gossip.With(member.Copy(MemberStatus.Down)));
    }

    /// <summary>That life of that system is over, says somebody who knows: nobody need wait for its silence.</summary>
    public void OnTerminated(Address address, int uid)
    {
        if (Find(address) is { } member && member.UniqueAddress.Uid == uid && member.UniqueAddress != Self)
        {
            MarkUnreachable([member.UniqueAddress]);
        }
    }

    /// <summary>An exiting or downed member has done what it had to do.</summary>
    public void ConfirmExit()
    {
        var others = State.Gossip.Members.Where(member => member.UniqueAddress != Self && State.Gossip.Reachability.IsReachable(Self, member.UniqueAddress))
            .OrderBy(member => member, Member.LeaderStatusOrdering).Take(ChangesFanOut);
        foreach (var member in others)
        {
            _host.Send(member.Address, new ExitingConfirmed(Self));
        }
    }

    public void Receive(IClusterMessage message, Address sender)
    {
        switch (message)
        {
            case InitJoin when IsMember && !_isEnding && State.SelfMember!.Status is not (MemberStatus.Down or MemberStatus.Exiting):
                _host.Send(sender, new InitJoinAck(Self.Address));
                break;
            case InitJoin:
                _host.Send(sender, new InitJoinNack(Self.Address));
                break;
            case InitJoinAck ack when !IsMember:
                _join.OnAck(ack.Address);
                break;
            case InitJoinNack nack when !IsMember:
                _join.OnNack(nack.Address);
                break;
            case Join join:
                OnJoin(join);
                break;
            case Welcome welcome:
                OnWelcome(welcome);
                break;
            case GossipEnvelope envelope:
                OnGossip(envelope);
                break;
            case GossipStatus status:
                OnStatus(status);
                break;
            case LeaveMember leave:
                Leave(leave.Address);
                break;
            case DownMember down:
                Down(down.Address);
                break;
            case ExitingConfirmed confirmed:
                OnExitingConfirmed(confirmed.Address);
                break;
            case Heartbeat:
                _host.Send(sender, new HeartbeatRsp(Self, ((Heartbeat)message).SequenceNr, ((Heartbeat)message).CreationTime));
                break;
            case HeartbeatRsp answer:
                OnHeartbeatRsp(answer.From);
                break;
        }
    }

    /// <summary>Call it about every tenth of a second.</summary>
    public void Tick()
    {
        if (_isEnding && !IsMember)
        {
            return;
        }

        if (!IsMember)
        {
            _join.Tick();
            return;
        }

        if (Due(ref _nextBeat, _settings.HeartbeatInterval))
        {
            _monitor.Beat(State.Gossip);
        }

        if (Due(ref _nextReap, _settings.UnreachableNodesReaperInterval))
        {
            Reap();
        }

        if (Due(ref _nextGossip, _settings.GossipInterval))
        {
            GossipNow();
        }

        if (Due(ref _nextLeaderActions, _settings.LeaderActionsInterval))
        {
            LeaderActions();
        }
    }

    /// <summary>Hands the present state to members that have another.</summary>
    public void SendChanges()
    {
        _changesScheduled = false;
        var targets = State.Gossip.Members.Where(State.IsGossipTarget).ToArray();
        if (targets.Length > ChangesFanOut)
        {
            _random.Shuffle(targets);
            // Who has not seen it first; the leader, who waits for everybody's word, before all others.
            targets = [.. targets.OrderBy(member => member.UniqueAddress == State.Leader ? 0 : State.Gossip.Seen.Contains(member.UniqueAddress) ? 2 : 1).Take(ChangesFanOut)];
        }

        foreach (var member in targets)
        {
            SendGossip(member.UniqueAddress);
        }
    }

    private Member? Find(Address address) => State.Gossip.Members.FirstOrDefault(member => member.Address.Equals(address));

    private bool Due(ref TimeSpan next, TimeSpan interval)
    {
        if (_host.Now < next)
        {
            return false;
        }

        next = _host.Now + interval;
        return true;
    }

    private void JoinSelf()
    {
        var member = new Member(Self, int.MaxValue, MemberStatus.Joining, _settings.Roles, _settings.AppVersion);
        _host.Log.Info("Node [{0}] is JOINING itself (with roles [{1}], version [{2}]) and forming a new cluster",
            Self.Address, string.Join(", ", _settings.Roles.Order(StringComparer.Ordinal)), _settings.AppVersion);
        Change(Gossip.Empty.With(member));
    }

    private void OnJoin(Join join)
    {
        if (!IsMember || _isEnding || State.SelfMember!.Status is MemberStatus.Down or MemberStatus.Exiting)
        {
            return;
        }

        if (join.Node.Address.Protocol != Self.Address.Protocol || join.Node.Address.System != Self.Address.System)
        {
            _host.Log.Warning("[{0}] may not join: protocol and system name must be those of [{1}]", join.Node.Address, Self.Address);
            return;
        }

        if (State.Gossip.Tombstones.ContainsKey(join.Node))
        {
            _host.Log.Warning("[{0}] may not join: it was removed from this cluster and has to be started again", join.Node.Address);
            return;
        }

        if (Find(join.Node.Address) is not { } existing)
        {
            Admit(join);
        }
        else if (existing.UniqueAddress == join.Node)
        {
            _host.Send(join.Node.Address, new Welcome(Self, State.Gossip));
        }
        else
        {
            ReplaceOldLife(existing, join);
        }
    }

    private void Admit(Join join)
    {
        var member = new Member(join.Node, int.MaxValue, MemberStatus.Joining, join.Roles, join.AppVersion);
        _host.Log.Info("Node [{0}] is JOINING, roles [{1}], version [{2}]",
            member.Address, string.Join(", ", member.Roles.Order(StringComparer.Ordinal)), member.AppVersion);
        Change(State.Gossip.With(member));
        _host.Send(join.Node.Address, new Welcome(Self, State.Gossip));
    }

    /// <summary>Who joins from a member's address is that member's next life: the old one is over.</summary>
    private void ReplaceOldLife(Member existing, Join join)
    {
        if (_waitForOldLife.TryAdd(join.Node.Address, join))
        {
            _host.Log.Info("New incarnation of existing member [{0}] is trying to join. Existing will be removed from the cluster and then new member will be allowed to join.", existing.Address);
        }

        _waitForOldLife[join.Node.Address] = join;
        var gossip = State.Gossip with { Reachability = State.Gossip.Reachability.Unreachable(Self, existing.UniqueAddress) };
        if (existing.Status != MemberStatus.Down)
        {
            gossip = gossip.With(existing.Copy(MemberStatus.Down));
        }

        if (!ReferenceEquals(gossip.Reachability, State.Gossip.Reachability) || existing.Status != MemberStatus.Down)
        {
            Change(gossip);
        }
    }

    private void OnWelcome(Welcome welcome)
    {
        if (IsMember || _isEnding || !welcome.Gossip.Has(Self) || !_join.Expects(welcome.From.Address))
        {
            return;
        }

        _host.Log.Info("Welcome from [{0}]", welcome.From.Address);
        _join.End();
        Set(welcome.Gossip.SeenBy(Self));
        SendGossip(welcome.From);
    }

    private void OnGossip(GossipEnvelope envelope)
    {
        var remote = envelope.Gossip;
        if (!IsMember || envelope.To != Self || !State.Gossip.Has(envelope.From) || !State.Gossip.Reachability.IsReachable(Self, envelope.From))
        {
            return;
        }

        if (!remote.Has(Self))
        {
            if (remote.Tombstones.ContainsKey(Self))
            {
                _host.Log.Warning("[{0}] knows this node as removed", envelope.From.Address);
                End(State.SelfMember!.Status == MemberStatus.Exiting ? MembershipEnd.Left : MembershipEnd.Downed);
            }

            return;
        }

        var local = State.Gossip;
        var order = local.Version.CompareTo(remote.Version);
        var merged = order switch
        {
            Causality.Same => local with { Seen = local.Seen.Union(remote.Seen) },
            Causality.Before => remote,
            Causality.After => local,
            _ => local.Merge(remote),
        };
        merged = merged.SeenBy(Self);
        var tellsMore = order is Causality.After or Causality.Concurrent || !merged.Seen.IsSubsetOf(remote.Seen);
        if (order != Causality.Same || merged.Seen.Count != local.Seen.Count)
        {
            Set(merged);
        }

        if (tellsMore && IsMember)
        {
            SendGossip(envelope.From);
        }
    }

    private void OnStatus(GossipStatus status)
    {
        if (!IsMember || !State.Gossip.Has(status.From) || !State.Gossip.Reachability.IsReachable(Self, status.From))
        {
            return;
        }

        switch (State.Gossip.Version.CompareTo(status.Version))
        {
            case Causality.Before:
                _host.Send(status.From.Address, StatusOf(State.Gossip));
                break;
            case Causality.Same when status.SeenHash == SeenHash(State.Gossip):
                break;
            default:
                SendGossip(status.From);
                break;
        }
    }

    private void OnExitingConfirmed(UniqueAddress node)
    {
        if (State.Gossip.Find(node) is { Status: MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Leaving } && _exitingConfirmed.Add(node))
        {
            LeaderActions();
        }
    }

    private void OnHeartbeatRsp(UniqueAddress from)
    {
        _monitor.OnAnswer(from);
        if (Find(from.Address) is { } member && member.UniqueAddress != from && member.UniqueAddress != Self)
        {
            // Another life answers at that address: the member's is over.
            MarkUnreachable([member.UniqueAddress]);
        }
        else if (!State.Gossip.Reachability.IsReachable(Self, from) && _monitor.IsAvailable(from))
        {
            Reap();
        }
    }

    private void Reap()
    {
        var lost = _monitor.Watched.Where(node => !_monitor.IsAvailable(node) && State.Gossip.Has(node) && State.Gossip.Reachability.IsReachable(Self, node)).ToArray();
        MarkUnreachable(lost);
        var back = State.Gossip.Reachability.AllUnreachableFrom(Self).Where(node => _monitor.IsMonitoring(node) && _monitor.IsAvailable(node)).ToArray();
        if (back.Length == 0)
        {
            return;
        }

        _host.Log.Info("Marking node(s) as REACHABLE [{0}]", string.Join(", ", back.Select(node => node.Address)));
        var reachability = back.Aggregate(State.Gossip.Reachability, (all, node) => all.Reachable(Self, node));
        Change(State.Gossip with { Reachability = reachability });
    }

    private void MarkUnreachable(UniqueAddress[] nodes)
    {
        var reachability = nodes.Aggregate(State.Gossip.Reachability, (all, node) => all.Unreachable(Self, node));
        if (ReferenceEquals(reachability, State.Gossip.Reachability))
        {
            return;
        }

        _host.Log.Warning("Marking node(s) as UNREACHABLE [{0}]", string.Join(", ", nodes.Select(node => State.Gossip.Find(node))));
        Change(State.Gossip with { Reachability = reachability });
    }

    /// <summary>Says to one member, rather to one that has not seen it, which state there is here.</summary>
    private void GossipNow()
    {
        var targets = State.Gossip.Members.Where(State.IsGossipTarget).Select(member => member.UniqueAddress).ToArray();
        if (targets.Length == 0)
        {
            return;
        }

        var unseen = targets.Where(node => !State.Gossip.Seen.Contains(node)).ToArray();
        var from = unseen.Length > 0 && _random.NextDouble() < _settings.GossipDifferentViewProbability ? unseen : targets;
        var target = from[_random.Next(from.Length)];
        if (State.Gossip.Seen.Contains(target))
        {
            _host.Send(target.Address, StatusOf(State.Gossip));
        }
        else
        {
            SendGossip(target);
        }

        var pruned = State.Gossip.PruneTombstones(_host.WallClockMs - (long)_settings.PruneGossipTombstonesAfter.TotalMilliseconds);
        if (!ReferenceEquals(pruned, State.Gossip))
        {
            State = State with { Gossip = pruned };
        }
    }

    private GossipStatus StatusOf(Gossip gossip) => new(Self, gossip.Version, SeenHash(gossip));

    private static int SeenHash(Gossip gossip) => gossip.Seen.Aggregate(0, (hash, node) => hash ^ node.Uid);

    private void SendGossip(UniqueAddress to) => _host.Send(to.Address, new GossipEnvelope(Self, to, State.Gossip));

    /// <summary>A change that this member makes.</summary>
    private void Change(Gossip gossip) => Set(gossip.ChangedBy(Self));

    private void Set(Gossip gossip)
    {
        var before = State;
        State = new MembershipState(gossip, Self);
        foreach (var member in before.Gossip.Members)
        {
            if (!gossip.Has(member.UniqueAddress))
            {
                _monitor.Forget(member.UniqueAddress);
                _exitingConfirmed.Remove(member.UniqueAddress);
            }
        }

        _host.Changed(before, State);
        if (!_changesScheduled)
        {
            _changesScheduled = true;
            _host.SendChangesAfter(_settings.GossipOfChangesInterval);
        }

        if (State.SelfMember is not { } self)
        {
            End(MembershipEnd.Downed);
        }
        else if (self.Status is MemberStatus.Exiting or MemberStatus.Down)
        {
            End(self.Status == MemberStatus.Exiting ? MembershipEnd.Left : MembershipEnd.Downed);
        }
        else
        {
            AdmitWhoWaited();
            LeaderActions();
        }
    }

    private void AdmitWhoWaited()
    {
        foreach (var (address, join) in _waitForOldLife.ToArray())
        {
            if (Find(address) is null && _waitForOldLife.Remove(address))
            {
                Admit(join);
                return;   // the change that this made has seen to the others
            }

            if (Find(address)?.UniqueAddress == join.Node)
            {
                _waitForOldLife.Remove(address);
            }
        }
    }

    private void End(MembershipEnd end)
    {
        if (!_isEnding)
        {
            _isEnding = true;
            // The others shall know before this system falls silent.
            SendChanges();
            if (end == MembershipEnd.Downed)
            {
                ConfirmExit();
            }

            _host.Ending(end);
        }
    }

    private void LeaderActions()
    {
        if (!IsMember || !State.IsLeader || (_isEnding && State.Gossip.Members.Count == 1))
        {
            _unconvergedSince = null;
            return;
        }

        if (State.IsConverged(_exitingConfirmed))
        {
            _unconvergedSince = null;
            Decided(_duties.OnConvergence(State, _exitingConfirmed));
            return;
        }

        _unconvergedSince ??= _host.Now;
        if (_settings.WeaklyUpAfter is { } after && _host.Now - _unconvergedSince >= after && !State.ReachabilityThatCounts.IsAllReachable)
        {
            Decided(_duties.WithoutConvergence(State.Gossip));
        }
    }

    private void Decided(Gossip gossip)
    {
        if (!ReferenceEquals(gossip, State.Gossip))
        {
            Change(gossip);
        }
    }
}
