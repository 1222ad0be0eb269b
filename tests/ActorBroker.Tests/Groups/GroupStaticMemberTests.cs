using ActorBroker.Groups;

namespace ActorBroker.Tests.Groups;

public sealed class GroupStaticMemberTests
{
    private readonly GroupDriver _group = new();

    [Fact]
    public void A_static_member_that_comes_back_keeps_its_assignment_without_a_rebalance()
    {
        var member = Stable();
        var back = _group.Joined(_group.Join(instance: "i", mustKnowId: true));

        Assert.Equal((GroupError.None, member.Generation), (back.Error, back.Generation));
        Assert.NotEqual(member.MemberId, back.MemberId);
        Assert.Equal(GroupState.Stable, _group.Group.State);
        Assert.True(_group.Group.MustStore);
        Assert.Equal([9], _group.Synced(_group.Sync(back.MemberId, back.Generation, "i")).Assignment);
        Assert.Equal(GroupError.None, _group.Heartbeat(back.MemberId, back.Generation, "i"));
    }

    [Fact]
    public void One_that_comes_back_while_its_last_return_is_being_stored_is_stored_again()
    {
        Stable();
        _group.Join(instance: "i");
        _group.Join(instance: "i");
        _group.Stored();
        Assert.True(_group.Group.MustStore);
        _group.Stored();
        Assert.False(_group.Group.MustStore);
    }

    [Fact]
    public void The_one_that_was_replaced_is_fenced()
    {
        var old = Stable();
        _group.Join(instance: "i");

        Assert.Equal(GroupError.FencedInstance, _group.Joined(_group.Join(old.MemberId, "i")).Error);
        Assert.Equal(GroupError.FencedInstance, _group.Heartbeat(old.MemberId, old.Generation, "i"));
        Assert.Equal(GroupError.FencedInstance, _group.Synced(_group.Sync(old.MemberId, old.Generation, "i")).Error);
        Assert.Equal(GroupError.FencedInstance, _group.Commit(old.MemberId, old.Generation, "i"));
        Assert.Equal(GroupError.FencedInstance, _group.Leave(old.MemberId, "i"));
    }

    [Fact]
    public void One_that_waits_in_a_rebalance_is_told_that_it_was_replaced()
    {
        var other = _group.Stable()[0];
        var waiting = _group.Join(instance: "i");
        var replacing = _group.Join(instance: "i");
        Assert.Equal(GroupError.FencedInstance, _group.Joined(waiting).Error);
        _group.Join(other.MemberId);
        Assert.Equal(GroupError.None, _group.Joined(replacing).Error);
        Assert.Equal(2, _group.Group.Members.Count);
    }

    [Fact]
    public void One_that_comes_back_with_other_protocols_makes_a_rebalance()
    {
        var old = Stable();
        var back = _group.Joined(_group.Join(instance: "i", metadata: "changed"));
        Assert.Equal(old.Generation + 1, back.Generation);
        Assert.Equal(back.MemberId, back.LeaderId);
    }

    [Fact]
    public void It_leaves_by_its_instance_id_alone()
    {
        Stable();
        Assert.Equal(GroupError.UnknownMember, _group.Leave("", "other"));
        Assert.Equal(GroupError.None, _group.Leave("", "i"));
        Assert.Equal(GroupState.Empty, _group.Group.State);
    }

    [Fact]
    public void A_member_put_back_after_a_restart_goes_on_where_it_was()
    {
        var join = new JoinGroup(default, "g", "m1", "i", "client", "/host", "consumer", [new GroupProtocol("range", [])], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), true);
        _group.Group.Restore(5, "consumer", "range", "m1", [(join, [4])], _group.Now);

        Assert.Equal(GroupError.None, _group.Heartbeat("m1", 5, "i"));
        Assert.Equal([4], _group.Synced(_group.Sync("m1", 5, "i")).Assignment);
        Assert.Equal(GroupError.FencedInstance, _group.Heartbeat("m2", 5, "i"));
        _group.Pass(10);
        Assert.Equal(GroupState.Empty, _group.Group.State);
    }

    private JoinedGroup Stable()
    {
        var member = _group.Joined(_group.Join(instance: "i", mustKnowId: true));
        Assert.Equal(GroupError.None, member.Error);
        _group.Sync(member, (member.MemberId, 9));
        _group.Stored();
        return member;
    }
}
