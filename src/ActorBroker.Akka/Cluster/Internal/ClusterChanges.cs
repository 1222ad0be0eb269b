using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>Events from the difference of two states. Pure.</summary>
internal static class ClusterChanges
{
    public static List<ClusterEvent.IClusterDomainEvent> Between(MembershipState old, MembershipState now)
    {
        List<ClusterEvent.IClusterDomainEvent> events = [];
        if (ReferenceEquals(old.Gossip, now.Gossip))
        {
            return events;
        }

        AddReachability(events, old, now, wasReachable: true);
        AddMembers(events, old, now);
        AddReachability(events, old, now, wasReachable: false);
        AddLeaders(events, old, now);
        return events;
    }

    public static ClusterEvent.CurrentClusterState StateOf(MembershipState state)
    {
        var unreachable = Unreachable(state);
        var roles = state.Gossip.Members.SelectMany(member => member.Roles).Distinct()
            .ToImmutableDictionary(role => role, role => state.RoleLeader(role)?.Address);
        return new ClusterEvent.CurrentClusterState(
            state.Gossip.Members,
            [.. state.Gossip.Members.Where(member => unreachable.Contains(member.UniqueAddress))],
            [.. state.Gossip.Seen.Select(node => node.Address)],
            state.Leader?.Address,
            roles);
    }

    private static void AddMembers(List<ClusterEvent.IClusterDomainEvent> events, MembershipState old, MembershipState now)
    {
        foreach (var member in now.Gossip.Members)
        {
            if (old.Gossip.Find(member.UniqueAddress)?.Status != member.Status && EventOf(member) is { } change)
            {
                events.Add(change);
            }
        }

        foreach (var member in old.Gossip.Members)
        {
            if (!now.Gossip.Has(member.UniqueAddress))
            {
                // The step before may have come and gone within one exchange of states: who was leaving has exited.
                var previous = member.Status is MemberStatus.Leaving or MemberStatus.Exiting ? MemberStatus.Exiting : MemberStatus.Down;
                events.Add(new ClusterEvent.MemberRemoved(member.Copy(MemberStatus.Removed), previous));
            }
        }
    }

    private static ClusterEvent.IClusterDomainEvent? EventOf(Member member) => member.Status switch
    {
        MemberStatus.Joining => new ClusterEvent.MemberJoined(member),
        MemberStatus.WeaklyUp => new ClusterEvent.MemberWeaklyUp(member),
        MemberStatus.Up => new ClusterEvent.MemberUp(member),
        MemberStatus.Leaving => new ClusterEvent.MemberLeft(member),
        MemberStatus.Exiting => new ClusterEvent.MemberExited(member),
        MemberStatus.Down => new ClusterEvent.MemberDowned(member),
        _ => null,
    };

    private static void AddReachability(List<ClusterEvent.IClusterDomainEvent> events, MembershipState old, MembershipState now, bool wasReachable)
    {
        var before = Unreachable(old);
        var after = Unreachable(now);
        foreach (var member in now.Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (wasReachable && !before.Contains(node) && after.Contains(node))
            {
                events.Add(new ClusterEvent.UnreachableMember(member));
            }
            else if (!wasReachable && before.Contains(node) && !after.Contains(node))
            {
                events.Add(new ClusterEvent.ReachableMember(member));
            }
        }
    }

    private static void AddLeaders(List<ClusterEvent.IClusterDomainEvent> events, MembershipState old, MembershipState now)
    {
        if (old.Leader != now.Leader)
        {
            events.Add(new ClusterEvent.LeaderChanged(now.Leader?.Address));
        }

        foreach (var role in old.Gossip.Members.Concat(now.Gossip.Members).SelectMany(member => member.Roles).Distinct())
        {
            if (old.RoleLeader(role) is var leader && now.RoleLeader(role) is var next && leader != next)
            {
                events.Add(new ClusterEvent.RoleLeaderChanged(role, next?.Address));
            }
        }
    }

    /// <summary>What others say of this member itself is not an event for its subscribers.</summary>
    private static ImmutableHashSet<UniqueAddress> Unreachable(MembershipState state) => state.Gossip.Reachability.AllUnreachable.Remove(state.Self);
}
