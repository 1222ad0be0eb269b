using System.Collections.Immutable;

namespace Akka.Cluster.SBR;

/// <summary>What one side of a cluster that has fallen apart does.</summary>
internal enum DowningDecision
{
    Nothing,
    DownUnreachable,
    DownReachable,
    DownAll,
}

/// <summary>The side with more members stays; of two equal ones, that with the lowest address. Pure.</summary>
/// <remarks>Members that are not up yet have no say: the two sides may not know of the same ones.</remarks>
internal static class KeepMajority
{
    public static DowningDecision Decide(ImmutableSortedSet<Member> members, IReadOnlySet<UniqueAddress> unreachable, string role)
    {
        if (!members.Any(member => unreachable.Contains(member.UniqueAddress) && member.Status != MemberStatus.Down))
        {
            return DowningDecision.Nothing;
        }

        var counted = members.Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && (role.Length == 0 || member.HasRole(role))).ToArray();
        var lost = counted.Count(member => unreachable.Contains(member.UniqueAddress));
        var here = counted.Length - lost;
        if (here == lost)
        {
            return counted.Length == 0 || unreachable.Contains(counted[0].UniqueAddress) ? DowningDecision.DownReachable : DowningDecision.DownUnreachable;
        }

        return here > lost ? DowningDecision.DownUnreachable : DowningDecision.DownReachable;
    }
}
