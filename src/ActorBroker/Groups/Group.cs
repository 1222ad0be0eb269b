using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Groups;

/// <summary>States of a group, named as the protocol shows them.</summary>
internal enum GroupState
{
    Empty,
    PreparingRebalance,
    CompletingRebalance,
    Stable,
    Dead,
}

/// <summary>
/// The classic rebalance protocol of one group (wire format notes §18), as a state machine without clock, disk or actors:
/// commands and the time come in, replies go to <see cref="Outbox"/>.
/// <code>
/// Empty -> PreparingRebalance -> CompletingRebalance -> Stable
///   ^          |   ^  ^                 |                 |
///   +----------+   |  +-----------------+                 |
///                  +--------------------------------------+
/// </code>
/// </summary>
/// <remarks>Owner and only caller: the group's coordinator. Times are milliseconds of its clock.</remarks>
internal sealed class Group(string id, GroupSettings settings)
{
    private readonly Dictionary<string, GroupMember> _members = [];
    private readonly Dictionary<string, string> _staticMembers = [];
    private readonly Dictionary<string, long> _pendingMembers = [];
    private long _rebalanceEndsAt = long.MaxValue;
    private bool _awaitsMore;
    private bool _mustStoreAgain;

    public string Id { get; } = id;

    public GroupState State { get; private set; } = GroupState.Empty;

    public int Generation { get; private set; }

    public string ProtocolType { get; private set; } = "";

    public string? ProtocolName { get; private set; }

    public string? LeaderId { get; private set; }

    public IReadOnlyCollection<GroupMember> Members => _members.Values;

    /// <summary>Replies to be sent by the owner after each call.</summary>
    public List<(IActorRef Client, object Reply)> Outbox { get; } = [];

    /// <summary>Set when the assignment of this generation, or the group's emptiness, must be stored before <see cref="Stored"/>.</summary>
    public bool MustStore { get; private set; }

    /// <summary>True while time matters to the group.</summary>
    public bool NeedsTicks => _members.Count > 0 || _pendingMembers.Count > 0;

    public void Join(JoinGroup join, IActorRef client, long now)
    {
        if (Refusal(join) is { } error)
        {
            Outbox.Add((client, JoinedGroup.Refused(join.Id, error, join.MemberId)));
        }
        else if (join.MemberId.Length == 0)
        {
            JoinNew(join, client, now);
        }
        else if (_pendingMembers.Remove(join.MemberId))
        {
            Add(join.MemberId, join, client, now);
        }
        else
        {
            Rejoin(_members[join.MemberId], join, client, now);
        }
    }

    public void Sync(SyncGroup sync, IActorRef client, long now)
    {
        var error = MemberError(sync.MemberId, sync.InstanceId, sync.Generation);
        if (error == GroupError.None
            && ((sync.ProtocolType is not null && sync.ProtocolType != ProtocolType) || (sync.ProtocolName is not null && sync.ProtocolName != ProtocolName)))
        {
            error = GroupError.InconsistentProtocol;
        }

        if (error == GroupError.None && State == GroupState.PreparingRebalance)
        {
            error = GroupError.RebalanceInProgress;
        }

        if (error != GroupError.None)
        {
            Outbox.Add((client, SyncedGroup.Refused(sync.Id, error)));
            return;
        }

        var member = _members[sync.MemberId];
        KeepAlive(member, now);
        if (State == GroupState.Stable)
        {
            Outbox.Add((client, new SyncedGroup(sync.Id, GroupError.None, ProtocolType, ProtocolName, member.Assignment)));
            return;
        }

        member.WaitingSync = (client, sync.Id);
        if (sync.MemberId == LeaderId && !MustStore)
        {
            foreach (var other in _members.Values)
            {
                other.Assignment = sync.Assignments.GetValueOrDefault(other.Id) ?? [];
            }

            MustStore = true;
        }
    }

    /// <summary>What had to be stored is stored, or could not be.</summary>
    public void Stored(int generation, bool isStored, long now)
    {
        if (generation != Generation)
        {
            return;
        }

        MustStore = _mustStoreAgain;
        _mustStoreAgain = false;
        if (State != GroupState.CompletingRebalance)
        {
            return;
        }

        if (!isStored)
        {
            AnswerSyncs(GroupError.CoordinatorNotAvailable, now);
            PrepareRebalance(now);
            return;
        }

        State = GroupState.Stable;
        _rebalanceEndsAt = long.MaxValue;
        AnswerSyncs(GroupError.None, now);
    }

    public GroupError Heartbeat(GroupHeartbeat heartbeat, long now)
    {
        if (State is GroupState.Empty or GroupState.Dead)
        {
            return GroupError.UnknownMember;
        }

        var error = MemberError(heartbeat.MemberId, heartbeat.InstanceId, heartbeat.Generation);
        if (error != GroupError.None)
        {
            return error;
        }

        KeepAlive(_members[heartbeat.MemberId], now);
        return State == GroupState.PreparingRebalance ? GroupError.RebalanceInProgress : GroupError.None;
    }

    public GroupError Leave(LeavingMember leaving, long now)
    {
        var memberId = leaving.MemberId;
        if (leaving.InstanceId is { } instance)
        {
            if (!_staticMembers.TryGetValue(instance, out var known))
            {
                return GroupError.UnknownMember;
            }

            if (memberId.Length > 0 && memberId != known)
            {
                return GroupError.FencedInstance;
            }

            memberId = known;
        }

        if (_pendingMembers.Remove(memberId))
        {
            return GroupError.None;
        }

        if (!_members.TryGetValue(memberId, out var member))
        {
            return GroupError.UnknownMember;
        }

        Remove(member);
        AfterRemoval(now);
        return GroupError.None;
    }

    /// <summary>Whether a commit by this member, or by nobody (generation −1), is in order.</summary>
    public GroupError CheckCommit(CommitOffsets commit, long now)
    {
        if (commit.Generation < 0)
        {
            return State == GroupState.Empty ? GroupError.None : commit.MemberId.Length == 0 && commit.InstanceId is null ? GroupError.UnknownMember : GroupError.IllegalGeneration;
        }

        var error = MemberError(commit.MemberId, commit.InstanceId, commit.Generation);
        if (error != GroupError.None)
        {
            return error;
        }

        KeepAlive(_members[commit.MemberId], now);
        return State == GroupState.CompletingRebalance ? GroupError.RebalanceInProgress : GroupError.None;
    }

    /// <summary>Members that fell silent leave; a rebalance that takes too long goes on without those that did not come.</summary>
    public void Tick(long now)
    {
        foreach (var pending in _pendingMembers.Where(pending => pending.Value <= now).Select(pending => pending.Key).ToArray())
        {
            _pendingMembers.Remove(pending);
        }

        var dead = _members.Values.Where(member => member.ExpiresAt <= now && member.WaitingJoin is null && member.WaitingSync is null).ToArray();
        foreach (var member in dead)
        {
            Remove(member);
        }

        if (dead.Length > 0)
        {
            AfterRemoval(now);
        }

        if (_rebalanceEndsAt > now)
        {
            return;
        }

        if (State == GroupState.PreparingRebalance)
        {
            foreach (var member in _members.Values.Where(member => member.WaitingJoin is null).ToArray())
            {
                Remove(member);
            }

            CompleteJoin(now);
        }
        else if (State == GroupState.CompletingRebalance)
        {
            foreach (var member in _members.Values.Where(member => member.WaitingSync is null).ToArray())
            {
                Remove(member);
            }

            AfterRemoval(now);
        }
    }

    /// <summary>Answers every join and sync that waits with an error: the group goes on elsewhere.</summary>
    public void AnswerAll(GroupError error)
    {
        foreach (var member in _members.Values)
        {
            Answer(member, error);
        }
    }

    /// <summary>Puts back what was stored; members have a full session timeout from now on.</summary>
    public void Restore(int generation, string protocolType, string? protocolName, string? leaderId, IEnumerable<(JoinGroup Join, byte[] Assignment)> members, long now)
    {
        Generation = generation;
        ProtocolType = protocolType;
        ProtocolName = protocolName;
        LeaderId = leaderId;
        _members.Clear();
        _staticMembers.Clear();
        foreach (var (join, assignment) in members)
        {
            var member = new GroupMember(join.MemberId, join) { Assignment = assignment };
            KeepAlive(member, now);
            _members[member.Id] = member;
            if (member.InstanceId is { } instance)
            {
                _staticMembers[instance] = member.Id;
            }
        }

        State = _members.Count == 0 ? GroupState.Empty : GroupState.Stable;
    }

    private GroupError? Refusal(JoinGroup join)
    {
        if (join.SessionTimeout < settings.SessionTimeoutMin || join.SessionTimeout > settings.SessionTimeoutMax)
        {
            return GroupError.InvalidSessionTimeout;
        }

        if (join.InstanceId is { } instance && join.MemberId.Length > 0 && _staticMembers.TryGetValue(instance, out var known) && known != join.MemberId)
        {
            return GroupError.FencedInstance;
        }

        if (join.MemberId.Length > 0 && !_members.ContainsKey(join.MemberId) && !_pendingMembers.ContainsKey(join.MemberId))
        {
            return GroupError.UnknownMember;
        }

        if (join.Protocols.Length == 0 || join.ProtocolType.Length == 0)
        {
            return GroupError.InconsistentProtocol;
        }

        var others = _members.Values.Where(member => member.Id != join.MemberId && (join.InstanceId is null || member.InstanceId != join.InstanceId)).ToArray();
        if (others.Length > 0 && (join.ProtocolType != ProtocolType || !join.Protocols.Any(protocol => others.All(member => member.Knows(protocol.Name)))))
        {
            return GroupError.InconsistentProtocol;
        }

        return join.MemberId.Length == 0 && others.Length + _pendingMembers.Count >= settings.MembersMax ? GroupError.GroupFull : null;
    }

    private void JoinNew(JoinGroup join, IActorRef client, long now)
    {
        var memberId = $"{(join.InstanceId ?? join.ClientId)}-{Guid.NewGuid()}";
        if (join.InstanceId is { } instance && _staticMembers.TryGetValue(instance, out var oldId))
        {
            ReplaceStatic(_members[oldId], memberId, join, client, now);
        }
        else if (join is { MustKnowMemberId: true, InstanceId: null })
        {
            _pendingMembers[memberId] = now + (long)join.SessionTimeout.TotalMilliseconds;
            Outbox.Add((client, JoinedGroup.Refused(join.Id, GroupError.MemberIdRequired, memberId)));
        }
        else
        {
            Add(memberId, join, client, now);
        }
    }

    /// <summary>A static member came back under a new member id (KIP-345): it keeps its assignment when nothing else changed.</summary>
    private void ReplaceStatic(GroupMember old, string memberId, JoinGroup join, IActorRef client, long now)
    {
        var isUnchanged = State == GroupState.Stable && old.HasSameProtocols(join.Protocols);
        Answer(old, GroupError.FencedInstance);
        _members.Remove(old.Id);
        var member = new GroupMember(memberId, join) { Assignment = old.Assignment };
        _members[memberId] = member;
        _staticMembers[join.InstanceId!] = memberId;
        if (LeaderId == old.Id)
        {
            LeaderId = memberId;
        }

        KeepAlive(member, now);
        if (isUnchanged)
        {
            // Told that another leads: it need not assign again.
            var leader = LeaderId == memberId ? old.Id : LeaderId!;
            Outbox.Add((client, new JoinedGroup(join.Id, GroupError.None, Generation, ProtocolType, ProtocolName, leader, memberId, [])));
            // What is being stored now does not know the new member id.
            _mustStoreAgain = MustStore;
            MustStore = true;
            return;
        }

        member.WaitingJoin = (client, join.Id);
        PrepareRebalance(now);
    }

    private void Add(string memberId, JoinGroup join, IActorRef client, long now)
    {
        var member = new GroupMember(memberId, join) { WaitingJoin = (client, join.Id) };
        if (_members.Count == 0)
        {
            ProtocolType = join.ProtocolType;
        }

        KeepAlive(member, now);
        _members[memberId] = member;
        if (join.InstanceId is { } instance)
        {
            _staticMembers[instance] = memberId;
        }

        PrepareRebalance(now);
    }

    private void Rejoin(GroupMember member, JoinGroup join, IActorRef client, long now)
    {
        KeepAlive(member, now);
        var isUnchanged = member.HasSameProtocols(join.Protocols);
        var mayKeep = State switch
        {
            GroupState.Stable => isUnchanged && member.Id != LeaderId,
            GroupState.CompletingRebalance => isUnchanged,
            _ => false,
        };
        member.Update(join);
        if (mayKeep)
        {
            Outbox.Add((client, Joined(join.Id, member)));
            return;
        }

        if (member.WaitingJoin is { } earlier)
        {
            Outbox.Add((earlier.Client, JoinedGroup.Refused(earlier.Id, GroupError.RebalanceInProgress, member.Id)));
        }

        member.WaitingJoin = (client, join.Id);
        PrepareRebalance(now);
    }

    private void PrepareRebalance(long now)
    {
        if (State != GroupState.PreparingRebalance)
        {
            AnswerSyncs(GroupError.RebalanceInProgress, now);
            var isFirst = State == GroupState.Empty;
            State = GroupState.PreparingRebalance;
            MustStore = false;
            _mustStoreAgain = false;
            var wait = isFirst ? settings.InitialRebalanceDelay : _members.Values.Max(member => member.RebalanceTimeout);
            _rebalanceEndsAt = now + (long)wait.TotalMilliseconds;
            _awaitsMore = isFirst;
        }

        if (_rebalanceEndsAt <= now || (!_awaitsMore && _members.Values.All(member => member.WaitingJoin is not null)))
        {
            CompleteJoin(now);
        }
    }

    private void CompleteJoin(long now)
    {
        Generation++;
        if (_members.Count == 0)
        {
            BecomeEmpty();
            return;
        }

        State = GroupState.CompletingRebalance;
        ProtocolName = ChooseProtocol();
        if (LeaderId is null || !_members.ContainsKey(LeaderId))
        {
            LeaderId = _members.Values.First().Id;
        }

        _rebalanceEndsAt = now + (long)_members.Values.Max(member => member.RebalanceTimeout).TotalMilliseconds;
        foreach (var member in _members.Values)
        {
            if (member.WaitingJoin is { } waiting)
            {
                member.WaitingJoin = null;
                KeepAlive(member, now);
                Outbox.Add((waiting.Client, Joined(waiting.Id, member)));
            }
        }
    }

    /// <summary>Each member votes for the first of its protocols that all know.</summary>
    private string ChooseProtocol()
    {
        var common = _members.Values.First().Protocols.Select(protocol => protocol.Name).Where(name => _members.Values.All(member => member.Knows(name))).ToHashSet();
        return _members.Values
            .Select(member => member.Protocols.First(protocol => common.Contains(protocol.Name)).Name)
            .GroupBy(name => name, StringComparer.Ordinal)
            .OrderByDescending(votes => votes.Count())
            .ThenBy(votes => votes.Key, StringComparer.Ordinal)
            .First().Key;
    }

    private JoinedGroup Joined(RequestId id, GroupMember member) => new(
        id,
        GroupError.None,
        Generation,
        ProtocolType,
        ProtocolName,
        LeaderId!,
        member.Id,
        member.Id == LeaderId
            ? [.. _members.Values.Select(other => new JoinedMember(other.Id, other.InstanceId, other.MetadataOf(ProtocolName!)))]
            : []);

    private GroupError MemberError(string memberId, string? instanceId, int generation)
    {
        if (instanceId is not null && _staticMembers.TryGetValue(instanceId, out var known) && known != memberId)
        {
            return GroupError.FencedInstance;
        }

        if (!_members.ContainsKey(memberId))
        {
            return GroupError.UnknownMember;
        }

        return generation == Generation ? GroupError.None : GroupError.IllegalGeneration;
    }

    private void Remove(GroupMember member)
    {
        Answer(member, GroupError.UnknownMember);
        _members.Remove(member.Id);
        if (member.InstanceId is { } instance && _staticMembers.GetValueOrDefault(instance) == member.Id)
        {
            _staticMembers.Remove(instance);
        }

        if (LeaderId == member.Id)
        {
            LeaderId = null;
        }
    }

    private void AfterRemoval(long now)
    {
        if (_members.Count == 0)
        {
            Generation++;
            BecomeEmpty();
        }
        else
        {
            PrepareRebalance(now);
        }
    }

    private void BecomeEmpty()
    {
        State = GroupState.Empty;
        ProtocolName = null;
        LeaderId = null;
        _rebalanceEndsAt = long.MaxValue;
        MustStore = true;
        _mustStoreAgain = false;
    }

    /// <summary>Who waited was silent because it waited: its session begins anew.</summary>
    private void AnswerSyncs(GroupError error, long now)
    {
        foreach (var member in _members.Values)
        {
            if (member.WaitingSync is { } waiting)
            {
                member.WaitingSync = null;
                KeepAlive(member, now);
                Outbox.Add((waiting.Client, error == GroupError.None
                    ? new SyncedGroup(waiting.Id, GroupError.None, ProtocolType, ProtocolName, member.Assignment)
                    : SyncedGroup.Refused(waiting.Id, error)));
            }
        }
    }

    private void Answer(GroupMember member, GroupError error)
    {
        if (member.WaitingJoin is { } join)
        {
            member.WaitingJoin = null;
            Outbox.Add((join.Client, JoinedGroup.Refused(join.Id, error, member.Id)));
        }

        if (member.WaitingSync is { } sync)
        {
            member.WaitingSync = null;
            Outbox.Add((sync.Client, SyncedGroup.Refused(sync.Id, error)));
        }
    }

    private static void KeepAlive(GroupMember member, long now) => member.ExpiresAt = now + (long)member.SessionTimeout.TotalMilliseconds;
}
