using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.SBR;
using Akka.Util;

namespace ActorBroker.Akka.Tests.Cluster;

public sealed class KeepMajorityTests
{
    [Theory]
    [InlineData(3, new[] { 2 }, 1)]
    [InlineData(3, new[] { 0, 1 }, 2)]
    [InlineData(2, new[] { 1 }, 1)]
    [InlineData(2, new[] { 0 }, 2)]
    [InlineData(5, new[] { 0, 1, 2 }, 2)]
    [InlineData(5, new int[0], 0)]
    internal void The_side_with_more_members_or_the_lowest_address_stays(int members, int[] lost, int expected)
    {
        var all = Enumerable.Range(0, members).Select(number => Make(number, MemberStatus.Up)).ToImmutableSortedSet();
        Assert.Equal((DowningDecision)expected, KeepMajority.Decide(all, lost.Select(number => all[number].UniqueAddress).ToHashSet(), ""));
    }

    [Fact]
    public void Members_that_are_not_up_have_no_say()
    {
        ImmutableSortedSet<Member> all = [Make(0, MemberStatus.Up), Make(1, MemberStatus.Joining), Make(2, MemberStatus.WeaklyUp), Make(3, MemberStatus.Up), Make(4, MemberStatus.Up)];
        Assert.Equal(DowningDecision.DownReachable, KeepMajority.Decide(all, new HashSet<UniqueAddress> { all[3].UniqueAddress, all[4].UniqueAddress }, ""));
    }

    [Fact]
    public void Of_two_sides_never_both_stay()
    {
        var random = new Random(7);
        for (var i = 0; i < 2000; i++)
        {
            var all = Enumerable.Range(0, random.Next(2, 9)).Select(number => Make(number, random.Next(4) == 0 ? MemberStatus.Leaving : MemberStatus.Up, random.Next(2) == 0 ? "data" : "other")).ToImmutableSortedSet();
            var left = all.Select(member => member.UniqueAddress).Where(_ => random.Next(2) == 0).ToHashSet();
            var right = all.Select(member => member.UniqueAddress).Where(node => !left.Contains(node)).ToHashSet();
            if (left.Count == 0 || right.Count == 0)
            {
                continue;
            }

            var role = random.Next(2) == 0 ? "data" : "";
            var seenByLeft = KeepMajority.Decide(all, right, role);
            var seenByRight = KeepMajority.Decide(all, left, role);
            Assert.False(seenByLeft == DowningDecision.DownUnreachable && seenByRight == DowningDecision.DownUnreachable, $"round {i}");
            Assert.True(all.All(member => !member.HasRole("data")) || seenByLeft == DowningDecision.DownUnreachable || seenByRight == DowningDecision.DownUnreachable, $"round {i}: nobody stays");
        }
    }

    private static Member Make(int number, MemberStatus status, string role = "data") =>
        new(new UniqueAddress(new Address("akka.tcp", "sim", "host", 1000 + number), number), number, status, [role], AppVersion.Zero);
}
