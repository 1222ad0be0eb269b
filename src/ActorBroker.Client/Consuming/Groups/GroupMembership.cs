using System.Collections.Immutable;
using ActorBroker.Client.Groups;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Consuming;

internal enum GroupState
{
    Out,
    Joining,

    /// <summary>It leads, and counts partitions.</summary>
    Counting,
    Syncing,
    Stable,

    /// <summary>Its partitions are being given up; it joins again then.</summary>
    Revoking,
    Failed,
}

/// <summary>One member's part in the group protocol: what it is told, and what it does about it. No clock, no messages, no actor.</summary>
/// <remarks>Partitions are given up before it joins again (Kafka's eager protocol), which both assignors need.</remarks>
internal sealed class GroupMembership(ConsumerSettings settings, ImmutableArray<string> topics)
{
    private ImmutableArray<AssignorMember> _members = [];
    private string _protocol = "";
    private bool _isLeader;
    private bool _mustStartAnew;
    private Dictionary<string, int> _counts = new(StringComparer.Ordinal);

    public GroupState State { get; private set; } = GroupState.Out;

    public string MemberId { get; private set; } = "";

    public int Generation { get; private set; } = -1;

    /// <summary>Topics whose partitions the member watches for the group; nothing unless it leads.</summary>
    public ImmutableArray<string> WatchedTopics { get; private set; } = [];

    public GroupEffect Begin() => Join();

    public GroupEffect OnJoined(GroupJoined reply)
    {
        if (State != GroupState.Joining)
        {
            return GroupEffect.Nothing.Instance;
        }

        switch (reply.Error)
        {
            case SessionError.None:
                return Joined(reply);
            case SessionError.MemberIdRequired:
                MemberId = reply.MemberId;
                return Join();
            case SessionError.UnknownMember:
                MemberId = "";
                return Join();
            default:
                return OnRefused(reply.Error, "does not take this member");
        }
    }

    /// <param name="counts">Partitions of each topic that exists.</param>
    public GroupEffect OnTopics(IReadOnlyDictionary<string, int> counts)
    {
        var mine = counts.Where(topic => WatchedTopics.Contains(topic.Key)).ToDictionary(StringComparer.Ordinal);
        if (State == GroupState.Counting)
        {
            _counts = mine;
            var shares = Assignors.Assign(_protocol, _members, mine);
            if (shares is null)
            {
                return Fail(SessionError.InconsistentProtocol, $"has chosen {_protocol}, which is not known here");
            }

            State = GroupState.Syncing;
            return Sync([.. shares.Select(share => new GroupAssignment(share.Key, ConsumerProtocol.Encode(new ConsumerAssignment([.. share.Value], default))))]);
        }

        var hasChanged = mine.Count != _counts.Count || mine.Any(topic => _counts.GetValueOrDefault(topic.Key) != topic.Value);
        return State == GroupState.Stable && _isLeader && hasChanged ? Revoke(areLost: false) : GroupEffect.Nothing.Instance;
    }

    public GroupEffect OnSynced(GroupSynced reply)
    {
        if (State != GroupState.Syncing)
        {
            return GroupEffect.Nothing.Instance;
        }

        switch (reply.Error)
        {
            case SessionError.None:
                return ConsumerProtocol.DecodeAssignment(reply.Assignment) is { } assignment
                    ? Stable(assignment.Partitions)
                    : Fail(SessionError.InconsistentProtocol, "has sent an assignment that cannot be read");
            case SessionError.UnknownMember:
                MemberId = "";
                return Join();
            case SessionError.IllegalGeneration or SessionError.RebalanceInProgress:
                return Join();
            default:
                return OnRefused(reply.Error, "does not say what to read");
        }
    }

    /// <summary>The next heartbeat; nothing where the group does not expect one.</summary>
    public GroupEffect OnHeartbeatDue() => State is GroupState.Stable or GroupState.Revoking
        ? new GroupEffect.Send(new HeartbeatGroup(settings.GroupId, Generation, MemberId, settings.InstanceId))
        : GroupEffect.Nothing.Instance;

    /// <summary>What a heartbeat or a commit of that generation was answered with.</summary>
    public GroupEffect OnAnswered(int generation, SessionError error)
    {
        if (generation != Generation || State is not (GroupState.Stable or GroupState.Revoking))
        {
            return GroupEffect.Nothing.Instance;
        }

        switch (error)
        {
            case SessionError.RebalanceInProgress:
                return State == GroupState.Stable ? Revoke(areLost: false) : GroupEffect.Nothing.Instance;
            case SessionError.UnknownMember:
                _mustStartAnew = true;
                return Revoke(areLost: true);
            case SessionError.IllegalGeneration:
                return Revoke(areLost: true);
            case SessionError.FencedInstance:
                return Fail(error, $"has another member with instance id {settings.InstanceId}");
            default:
                return GroupEffect.Nothing.Instance;
        }
    }

    /// <summary>No heartbeat has got through for so long that the group has given the partitions to others.</summary>
    public GroupEffect OnSessionLost()
    {
        _mustStartAnew |= State is GroupState.Stable or GroupState.Revoking;
        return State is GroupState.Stable ? Revoke(areLost: true) : GroupEffect.Nothing.Instance;
    }

    /// <summary>The partitions are given up.</summary>
    public GroupEffect OnRevoked()
    {
        if (State != GroupState.Revoking)
        {
            return GroupEffect.Nothing.Instance;
        }

        MemberId = _mustStartAnew ? "" : MemberId;
        return Join();
    }

    /// <summary>A request to join, to count or to sync had no answer.</summary>
    public GroupEffect OnFailed(BrokerException error) => State is GroupState.Joining or GroupState.Counting or GroupState.Syncing
        ? error.IsRetriable ? JoinLater() : Fail(error.Error, $"cannot be joined: {error.Message}")
        : GroupEffect.Nothing.Instance;

    public GroupEffect OnJoinDue() => State == GroupState.Joining ? Join() : GroupEffect.Nothing.Instance;

    /// <summary>The consumer ends. A static member is expected back.</summary>
    public GroupEffect Leave()
    {
        var mustTell = MemberId.Length > 0 && settings.InstanceId.Length == 0 && State is not (GroupState.Out or GroupState.Failed);
        State = GroupState.Out;
        return mustTell ? new GroupEffect.Send(new LeaveGroup(settings.GroupId, MemberId, "")) : GroupEffect.Nothing.Instance;
    }

    private GroupEffect.Send Join()
    {
        State = GroupState.Joining;
        Generation = -1;
        _mustStartAnew = false;
        var metadata = ConsumerProtocol.Encode(new ConsumerSubscription(topics, default, []));
        return new GroupEffect.Send(new JoinGroup(
            settings.GroupId,
            MemberId,
            settings.InstanceId,
            settings.ClientId,
            [.. settings.Assignors.Select(name => new GroupProtocol(name, metadata))],
            (int)settings.SessionTimeout.TotalMilliseconds,
            (int)settings.RebalanceTimeout.TotalMilliseconds));
    }

    private GroupEffect Joined(GroupJoined reply)
    {
        (MemberId, Generation, _protocol) = (reply.MemberId, reply.Generation, reply.ProtocolName);
        _isLeader = reply.LeaderId == reply.MemberId;
        _members = [];
        WatchedTopics = [];
        if (!_isLeader)
        {
            State = GroupState.Syncing;
            return Sync([]);
        }

        // A member whose subscription cannot be read subscribes to nothing.
        _members = [.. reply.Members.Select(member => new AssignorMember(
            member.MemberId, member.InstanceId, ConsumerProtocol.DecodeSubscription(member.Metadata)?.Topics ?? []))];
        WatchedTopics = [.. _members.SelectMany(member => member.Topics).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)];
        State = GroupState.Counting;
        return new GroupEffect.FindTopics(WatchedTopics);
    }

    private GroupEffect.Send Sync(ImmutableArray<GroupAssignment> shares) =>
        new(new SyncGroup(settings.GroupId, Generation, MemberId, settings.InstanceId, _protocol, shares));

    private GroupEffect.Assign Stable(ImmutableArray<TopicPartition> partitions)
    {
        State = GroupState.Stable;
        return new GroupEffect.Assign(partitions);
    }

    private GroupEffect.Revoke Revoke(bool areLost)
    {
        State = GroupState.Revoking;
        return new GroupEffect.Revoke(areLost);
    }

    private GroupEffect.JoinLater JoinLater()
    {
        State = GroupState.Joining;
        return GroupEffect.JoinLater.Instance;
    }

    private GroupEffect OnRefused(SessionError error, string what) =>
        SessionErrors.IsRetriable(error) || error == SessionError.RebalanceInProgress ? JoinLater() : Fail(error, what);

    private GroupEffect.Fail Fail(SessionError error, string what)
    {
        State = GroupState.Failed;
        return new GroupEffect.Fail(new GroupException(error, $"Group {settings.GroupId} {what}: {error}."));
    }
}
