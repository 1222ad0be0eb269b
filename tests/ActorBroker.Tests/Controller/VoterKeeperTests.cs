using ActorBroker.Controller;
using ActorBroker.Raft;
using ActorBroker.Tests.Controller.Replication;

namespace ActorBroker.Tests.Controller;

/// <summary>The keeper decides on what the image says; the group that it changes is a simulated one of seven nodes.</summary>
public sealed class VoterKeeperTests
{
    private readonly FakeLeadership _leadership = new(nodes: 7);
    private readonly MetadataWorld _world = new(seed: 1, nodes: 7);
    private readonly VoterKeeper _voters;

    public VoterKeeperTests()
    {
        _voters = new VoterKeeper(_leadership);
        _world.BecomeCalm();
        _world.Time.RunUntil(5_000);
    }

    private MetadataNode Leader => _world.Leader!;

    private Membership Group => Leader.Log.Replica.Membership;

    [Fact]
    public void Five_of_seven_nodes_get_a_vote()
    {
        for (var change = 0; change < 40; change++)
        {
            Assert.InRange(Group.Voters.Length, 1, VoterKeeper.VotersMax);
            Advance();
        }

        Assert.Equal((5, 2), (Group.Voters.Length, Group.Learners.Length));
        Assert.Null(_voters.Next(Leader.Log.Replica));
    }

    [Fact]
    public void A_voter_that_is_gone_is_replaced_after_ten_seconds()
    {
        Settle();
        var lost = Group.Voters.First(voter => voter != Leader.Id);
        _leadership.Have(new NodeStatusChanged(lost.Node, false, false, false));
        Assert.Null(_voters.Next(Leader.Log.Replica));
        _leadership.Now += TimeSpan.FromSeconds(9.9);
        Assert.Null(_voters.Next(Leader.Log.Replica));

        _leadership.Now += TimeSpan.FromSeconds(0.1);
        Assert.Equal(new MembershipChange(ChangeKind.Demote, lost), _voters.Next(Leader.Log.Replica));
        Leader.Change(new MembershipChange(ChangeKind.Demote, lost));
        Settle();

        Assert.Equal(5, Group.Voters.Length);
        Assert.True(Group.IsLearner(lost));
    }

    [Fact]
    public void A_voter_that_was_away_for_a_moment_stays()
    {
        Settle();
        var lost = Group.Voters.First(voter => voter != Leader.Id);
        for (var time = 0; time < 5; time++)
        {
            _leadership.Have(new NodeStatusChanged(lost.Node, false, false, false));
            Assert.Null(_voters.Next(Leader.Log.Replica));
            _leadership.Now += TimeSpan.FromSeconds(6);
            Assert.Null(_voters.Next(Leader.Log.Replica));
            _leadership.Have(new NodeStatusChanged(lost.Node, true, false, false));
            Assert.Null(_voters.Next(Leader.Log.Replica));
        }
    }

    [Fact]
    public void A_voter_that_leaves_gives_its_vote_to_another()
    {
        Settle();
        var leaving = Group.Voters.First(voter => voter != Leader.Id);
        _leadership.Have(new NodeStatusChanged(leaving.Node, true, false, true));
        Settle();

        Assert.True(Group.IsLearner(leaving));
        Assert.Equal(5, Group.Voters.Length);
        Assert.NotEqual(leaving, _voters.Successor(Leader.Log.Replica));
    }

    [Fact]
    public void Nobody_loses_his_vote_when_all_leave()
    {
        Settle();
        _leadership.Have([.. Enumerable.Range(1, 7).Select(node => new NodeStatusChanged(node, true, false, true))]);

        Assert.Null(_voters.Next(Leader.Log.Replica));
        Assert.Null(_voters.Successor(Leader.Log.Replica));
    }

    [Fact]
    public void A_node_with_an_empty_folder_or_none_takes_no_part_as_who_it_was()
    {
        Settle();
        var voter = Group.Voters.First(voter => voter != Leader.Id);
        var learner = Group.Learners[0];
        _leadership.Have(FakeLeadership.Registered(voter.Node) with { Incarnation = 1 }, new NodeRemoved(learner.Node));

        Assert.Equal(new MembershipChange(ChangeKind.Remove, learner), _voters.Next(Leader.Log.Replica));
        Advance();
        Assert.Equal(new MembershipChange(ChangeKind.Remove, voter), _voters.Next(Leader.Log.Replica));
        Advance();
        Assert.Equal(new MembershipChange(ChangeKind.AddLearner, voter with { Incarnation = 1 }), _voters.Next(Leader.Log.Replica));
    }

    private void Settle()
    {
        for (var quiet = 0; quiet < 3; quiet++)
        {
            quiet = Advance() ? 0 : quiet;
        }
    }

    /// <summary>Makes the next change, if there is one, and lets it become known everywhere.</summary>
    private bool Advance()
    {
        var next = _voters.Next(Leader.Log.Replica);
        if (next is { } change)
        {
            Leader.Change(change);
        }

        _world.Time.RunUntil(_world.Time.Now + 1_000);
        return next is not null;
    }
}
