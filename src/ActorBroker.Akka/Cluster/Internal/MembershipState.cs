namespace Akka.Cluster;

/// <summary>A state as one member sees it: what it may conclude from it. Pure.</summary>
internal sealed record MembershipState(Gossip Gossip, UniqueAddress Self)
{
    public Member? SelfMember => Gossip.Find(Self);

    /// <summary>Complaints that count: those of members that are down themselves do not, nor what is said of this member.</summary>
    public Reachability ReachabilityThatCounts => Gossip.Reachability.RemoveObservers(
        Gossip.Members.Where(member => member.Status == MemberStatus.Down).Select(member => member.UniqueAddress));

    /// <summary>All who have a say have seen this state, and nobody is missing who is not on the way out: the leader may act.</summary>
    public bool IsConverged(IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        var unreachable = ReachabilityThatCounts.AllUnreachable;
        foreach (var member in Gossip.Members)
        {
            var node = member.UniqueAddress;
            if (node != Self && unreachable.Contains(node) && !IsOnTheWayOut(member) && !exitingConfirmed.Contains(node))
            {
                return false;
            }

            if (member.Status is MemberStatus.Up or MemberStatus.Leaving && !Gossip.Seen.Contains(node) && !exitingConfirmed.Contains(node))
            {
                return false;
            }
        }

        return true;
    }

    public UniqueAddress? Leader => LeaderOf(Gossip.Members);

    public bool IsLeader => Leader is { } leader && leader == Self;

    public UniqueAddress? RoleLeader(string role) => LeaderOf(Gossip.Members.Where(member => member.HasRole(role)));

    /// <summary>Whether gossip goes to it: it is reached, and not on the way out.</summary>
    public bool IsGossipTarget(Member member) =>
        member.UniqueAddress != Self && member.Status != MemberStatus.Removed && Gossip.Reachability.IsReachable(Self, member.UniqueAddress);

    /// <summary>The first that is up and reached; while there is none, the one that is the nearest to it.</summary>
    private UniqueAddress? LeaderOf(IEnumerable<Member> members)
    {
        var reachability = ReachabilityThatCounts;
        Member? first = null;
        foreach (var member in members)
        {
            var isCandidate = member.Status != MemberStatus.Down && (member.UniqueAddress == Self || reachability.IsReachable(member.UniqueAddress));
            if (isCandidate && (first is null || Member.LeaderStatusOrdering.Compare(member, first) < 0))
            {
                first = member;
            }
        }

        return first?.UniqueAddress;
    }

    private static bool IsOnTheWayOut(Member member) => member.Status is MemberStatus.Down or MemberStatus.Exiting;
}
