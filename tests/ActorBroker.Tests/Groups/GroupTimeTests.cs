using ActorBroker.Groups;

namespace ActorBroker.Tests.Groups;

public sealed class GroupTimeTests
{
    private readonly GroupDriver _group = new();

    [Fact]
    public void A_member_that_falls_silent_leaves_and_the_others_rebalance()
    {
        var members = _group.Stable(2);
        _group.Pass(9);
        Assert.Equal(GroupError.None, _group.Heartbeat(members[1]));
        _group.Pass(1);

        Assert.Equal(members[1].MemberId, Assert.Single(_group.Group.Members).Id);
        Assert.Equal(GroupError.RebalanceInProgress, _group.Heartbeat(members[1]));
        var again = _group.Joined(_group.Join(members[1].MemberId));
        Assert.Equal((again.MemberId, members[1].Generation + 1), (again.LeaderId, again.Generation));
    }

    [Fact]
    public void The_last_silent_member_leaves_an_empty_group()
    {
        var member = _group.Stable()[0];
        _group.Pass(10);
        Assert.Equal(GroupState.Empty, _group.Group.State);
        Assert.True(_group.Group.MustStore);
        Assert.True(_group.Group.Generation > member.Generation);
    }

    [Fact]
    public void A_rebalance_goes_on_without_members_that_do_not_come()
    {
        var first = _group.Joined(_group.Join(sessionSeconds: 600, rebalanceSeconds: 60));
        _group.Sync(first, (first.MemberId, 1));
        _group.Stored();
        var second = _group.Join(sessionSeconds: 600, rebalanceSeconds: 60);
        _group.Pass(59);
        Assert.False(_group.HasReply(second));
        _group.Pass(1);

        var joined = _group.Joined(second);
        Assert.Equal((GroupError.None, joined.MemberId), (joined.Error, joined.LeaderId));
        Assert.Single(joined.Members);
        Assert.Equal(GroupError.UnknownMember, _group.Heartbeat(first));
    }

    [Fact]
    public void A_leader_that_does_not_sync_is_dropped_after_the_rebalance_timeout()
    {
        var first = _group.Joined(_group.Join(sessionSeconds: 600));
        var secondCall = _group.Join(sessionSeconds: 600);
        _group.Join(first.MemberId, sessionSeconds: 600);
        var second = _group.Joined(secondCall);
        var waiting = _group.Sync(second);
        _group.Pass(60);

        Assert.Equal(GroupError.RebalanceInProgress, _group.Synced(waiting).Error);
        Assert.Equal(second.MemberId, Assert.Single(_group.Group.Members).Id);
        var again = _group.Joined(_group.Join(second.MemberId));
        Assert.Equal(second.MemberId, again.LeaderId);
    }

    [Fact]
    public void A_member_that_waited_long_for_its_assignment_has_a_full_session_after_it()
    {
        var first = _group.Joined(_group.Join());
        var secondCall = _group.Join();
        first = _group.Joined(_group.Join(first.MemberId));
        var second = _group.Joined(secondCall);
        var waiting = _group.Sync(second);
        for (var i = 0; i < 4; i++)
        {
            _group.Pass(5);
            _group.Heartbeat(first);
        }

        _group.Sync(first, (first.MemberId, 1), (second.MemberId, 2));
        _group.Stored();
        Assert.Equal([2], _group.Synced(waiting).Assignment);
        _group.Pass(5);
        Assert.Equal(2, _group.Group.Members.Count);
        Assert.Equal(GroupState.Stable, _group.Group.State);
    }

    [Fact]
    public void A_new_group_waits_for_more_members_before_its_first_assignment()
    {
        var group = new GroupDriver(GroupDriver.Settings with { InitialRebalanceDelay = TimeSpan.FromSeconds(3) });
        var first = group.Join();
        group.Pass(1);
        var second = group.Join();
        group.Pass(1);
        Assert.False(group.HasReply(first));
        Assert.False(group.HasReply(second));
        group.Pass(1);

        Assert.Equal((1, 1), (group.Joined(first).Generation, group.Joined(second).Generation));
        Assert.Equal(2, group.Joined(first).Members.Length);
    }

    [Fact]
    public void A_leader_that_leaves_is_followed_by_another()
    {
        var members = _group.Stable(3);
        _group.Leave(members[0].MemberId);
        Assert.Equal(GroupState.PreparingRebalance, _group.Group.State);
        var calls = members[1..].Select(member => _group.Join(member.MemberId)).ToArray();

        var joined = calls.Select(_group.Joined).ToArray();
        var leader = Assert.Single(joined, member => member.Members.Length > 0);
        Assert.Equal(2, leader.Members.Length);
        Assert.All(joined, member => Assert.Equal(leader.MemberId, member.LeaderId));
    }

    [Fact]
    public void A_leader_that_leaves_before_its_assignment_makes_the_others_join_again()
    {
        var first = _group.Joined(_group.Join());
        var secondCall = _group.Join();
        _group.Join(first.MemberId);
        var second = _group.Joined(secondCall);
        var waiting = _group.Sync(second);
        _group.Leave(first.MemberId);
        Assert.Equal(GroupError.RebalanceInProgress, _group.Synced(waiting).Error);
    }

    [Fact]
    public void The_leader_that_rejoins_a_stable_group_makes_all_rejoin_and_another_member_does_not()
    {
        var members = _group.Stable(2);
        Assert.Equal(members[1].Generation, _group.Joined(_group.Join(members[1].MemberId)).Generation);
        Assert.Equal(GroupState.Stable, _group.Group.State);
        var leading = _group.Join(members[0].MemberId);
        Assert.False(_group.HasReply(leading));
        Assert.Equal(GroupError.RebalanceInProgress, _group.Heartbeat(members[1]));
    }

    [Fact]
    public void An_assignment_that_cannot_be_stored_is_not_given_out()
    {
        var member = _group.Joined(_group.Join());
        var sync = _group.Sync(member, (member.MemberId, 1));
        _group.Stored(isStored: false);
        Assert.Equal(GroupError.CoordinatorNotAvailable, _group.Synced(sync).Error);
        Assert.Equal(GroupState.PreparingRebalance, _group.Group.State);

        var again = _group.Joined(_group.Join(member.MemberId));
        Assert.Equal(member.Generation + 1, again.Generation);
        _group.Group.Stored(member.Generation, true, _group.Now);
        Assert.Equal(GroupState.CompletingRebalance, _group.Group.State);
    }

    [Fact]
    public void Commits_are_taken_from_members_and_while_the_group_is_empty_from_anyone()
    {
        Assert.Equal(GroupError.None, _group.Commit("", -1));
        var member = _group.Joined(_group.Join());
        Assert.Equal(GroupError.RebalanceInProgress, _group.Commit(member.MemberId, member.Generation));
        _group.Sync(member, (member.MemberId, 1));
        _group.Stored();
        Assert.Equal(GroupError.None, _group.Commit(member.MemberId, member.Generation));
        Assert.Equal(GroupError.UnknownMember, _group.Commit("", -1));
        _group.Join();
        Assert.Equal(GroupError.None, _group.Commit(member.MemberId, member.Generation));
    }
}
