namespace ActorBroker.Raft.Tests;

public sealed class MembershipTests
{
    private static readonly ReplicaId One = new(1);
    private static readonly ReplicaId Two = new(2);
    private static readonly ReplicaId Three = new(3);
    private static readonly Membership Group = new([One, Two], [Three]);

    [Theory]
    [InlineData(ChangeKind.AddLearner, 4, "1,2 +3,4")]
    [InlineData(ChangeKind.Promote, 3, "1,2,3")]
    [InlineData(ChangeKind.Demote, 2, "1 +2,3")]
    [InlineData(ChangeKind.Remove, 1, "2 +3")]
    [InlineData(ChangeKind.Remove, 3, "1,2")]
    public void A_change_moves_one_replica(ChangeKind kind, int replica, string expected)
    {
        var changed = Group.With(new MembershipChange(kind, new ReplicaId(replica)), out var outcome);

        Assert.Equal(ChangeOutcome.Accepted, outcome);
        Assert.Equal(expected, changed?.ToString());
    }

    [Theory]
    [InlineData(ChangeKind.AddLearner, 1, ChangeOutcome.AlreadyMember)]
    [InlineData(ChangeKind.AddLearner, 3, ChangeOutcome.AlreadyMember)]
    [InlineData(ChangeKind.Promote, 1, ChangeOutcome.AlreadyMember)]
    [InlineData(ChangeKind.Promote, 4, ChangeOutcome.UnknownReplica)]
    [InlineData(ChangeKind.Demote, 3, ChangeOutcome.UnknownReplica)]
    [InlineData(ChangeKind.Remove, 4, ChangeOutcome.UnknownReplica)]
    public void A_change_that_does_not_fit_is_refused(ChangeKind kind, int replica, ChangeOutcome expected)
    {
        Assert.Null(Group.With(new MembershipChange(kind, new ReplicaId(replica)), out var outcome));
        Assert.Equal(expected, outcome);
    }

    [Theory]
    [InlineData(ChangeKind.Demote)]
    [InlineData(ChangeKind.Remove)]
    public void The_last_voter_stays(ChangeKind kind)
    {
        Assert.Null(new Membership([One], [Two]).With(new MembershipChange(kind, One), out var outcome));
        Assert.Equal(ChangeOutcome.LastVoter, outcome);
    }

    [Fact]
    public void The_next_incarnation_is_another_replica()
    {
        Assert.False(Group.Contains(One with { Incarnation = 1 }));
        Assert.Equal("1.1", (One with { Incarnation = 1 }).ToString());
    }

    [Fact]
    public void Equal_are_groups_of_the_same_replicas_in_any_order()
    {
        Assert.Equal(new Membership([Two, One], [Three]), Group);
        Assert.Equal(new Membership([Two, One], [Three]).GetHashCode(), Group.GetHashCode());
        Assert.NotEqual(new Membership([One, Two, Three]), Group);
    }
}
