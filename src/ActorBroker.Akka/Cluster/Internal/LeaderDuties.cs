using Akka.Event;

namespace Akka.Cluster;

/// <summary>What the leader changes: who joined comes up, who leaves is exiting, who has gone is removed.</summary>
internal sealed class LeaderDuties(UniqueAddress self, ClusterSettings settings, IClusterHost host)
{
    /// <returns>The same state when there is nothing to do.</returns>
    public Gossip OnConvergence(MembershipState state, IReadOnlySet<UniqueAddress> exitingConfirmed)
    {
        var unreachable = state.Gossip.Reachability.AllUnreachable;
        var gossip = state.Gossip;
        var enough = HasEnoughMembers(gossip);
        var upNumber = gossip.Members.Where(member => member.UpNumber != int.MaxValue).Select(member => member.UpNumber).DefaultIfEmpty(0).Max();
        foreach (var member in state.Gossip.Members)
        {
            var node = member.UniqueAddress;
            switch (member.Status)
            {
                case MemberStatus.Joining or MemberStatus.WeaklyUp when enough:
                    gossip = gossip.With(member.CopyUp(++upNumber));
                    Moved(member, MemberStatus.Up);
                    break;
                case MemberStatus.Leaving:
                    gossip = gossip.With(member.Copy(MemberStatus.Exiting));
                    Moved(member, MemberStatus.Exiting);
                    break;
                case MemberStatus.Exiting or MemberStatus.Down when node != self && (unreachable.Contains(node) || exitingConfirmed.Contains(node)):
                    gossip = gossip.Remove(node, host.WallClockMs);
                    host.Log.Info("Leader is removing {0} node [{1}]", member.Status == MemberStatus.Exiting ? "exiting" : "downed", member.Address);
                    break;
            }
        }

        return gossip;
    }

    /// <summary>While somebody is missing nobody comes up; who joined may at least be used.</summary>
    public Gossip WithoutConvergence(Gossip state)
    {
        var gossip = state;
        foreach (var member in state.Members)
        {
            if (member.Status == MemberStatus.Joining && state.Reachability.IsReachable(member.UniqueAddress))
            {
                gossip = gossip.With(member.Copy(MemberStatus.WeaklyUp));
                Moved(member, MemberStatus.WeaklyUp);
            }
        }

        return gossip;
    }

    private static bool IsCounted(Member member) => member.Status is not (MemberStatus.Down or MemberStatus.Exiting);

    private void Moved(Member member, MemberStatus to) =>
        host.Log.Info("Leader is moving node [{0}] from [{1}] to [{2}]", member.Address, member.Status, to);

    private bool HasEnoughMembers(Gossip gossip) =>
        gossip.Members.Count(IsCounted) >= settings.MinNrOfMembers
        && settings.MinNrOfMembersOfRole.All(pair => gossip.Members.Count(member => IsCounted(member) && member.HasRole(pair.Key)) >= pair.Value);
}
