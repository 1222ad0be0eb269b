using ActorBroker.Groups;

namespace ActorBroker.Tests.Groups;

public sealed class GroupTests
{
    private readonly GroupDriver _group = new();

    [Fact]
    public void A_single_member_joins_syncs_beats_and_leaves()
    {
        var joined = _group.Joined(_group.Join(metadata: "mine"));
        Assert.Equal((GroupError.None, 1, "range"), (joined.Error, joined.Generation, joined.ProtocolName));
        Assert.Equal(joined.MemberId, joined.LeaderId);
        Assert.Equal("mine"u8.ToArray(), Assert.Single(joined.Members).Metadata);

        var sync = _group.Sync(joined, (joined.MemberId, 7));
        Assert.False(_group.HasReply(sync));
        Assert.True(_group.Group.MustStore);
        _group.Stored();
        Assert.Equal([7], _group.Synced(sync).Assignment);
        Assert.Equal(GroupState.Stable, _group.Group.State);
        Assert.Equal(GroupError.None, _group.Heartbeat(joined));

        Assert.Equal(GroupError.None, _group.Leave(joined.MemberId));
        Assert.Equal(GroupState.Empty, _group.Group.State);
        Assert.True(_group.Group.MustStore);
        Assert.False(_group.Group.NeedsTicks);
        Assert.Equal(GroupError.UnknownMember, _group.Heartbeat(joined));
    }

    [Fact]
    public void A_new_member_that_must_know_its_id_gets_one_first()
    {
        var refused = _group.Joined(_group.Join(mustKnowId: true));
        Assert.Equal(GroupError.MemberIdRequired, refused.Error);
        Assert.NotEqual("", refused.MemberId);
        Assert.Empty(_group.Group.Members);

        var joined = _group.Joined(_group.Join(refused.MemberId, mustKnowId: true));
        Assert.Equal((GroupError.None, refused.MemberId), (joined.Error, joined.MemberId));
    }

    [Fact]
    public void An_id_that_is_not_used_is_forgotten_after_the_session_timeout()
    {
        var refused = _group.Joined(_group.Join(mustKnowId: true, sessionSeconds: 10));
        _group.Pass(10);
        Assert.False(_group.Group.NeedsTicks);
        Assert.Equal(GroupError.UnknownMember, _group.Joined(_group.Join(refused.MemberId)).Error);
    }

    [Fact]
    public void A_second_member_makes_the_first_rejoin_and_the_leader_gets_both()
    {
        var first = _group.Stable()[0];

        var secondCall = _group.Join(metadata: "second");
        Assert.False(_group.HasReply(secondCall));
        Assert.Equal(GroupError.RebalanceInProgress, _group.Heartbeat(first));
        Assert.Equal(GroupError.RebalanceInProgress, _group.Synced(_group.Sync(first)).Error);
        var again = _group.Joined(_group.Join(first.MemberId, metadata: "first"));
        var second = _group.Joined(secondCall);

        Assert.Equal((2, 2), (again.Generation, second.Generation));
        Assert.Equal((first.MemberId, first.MemberId), (again.LeaderId, second.LeaderId));
        Assert.Empty(second.Members);
        Assert.Equal(["first", "second"], again.Members.Select(member => System.Text.Encoding.UTF8.GetString(member.Metadata)).Order(StringComparer.Ordinal));

        var waiting = _group.Sync(second);
        Assert.False(_group.HasReply(waiting));
        var leading = _group.Sync(again, (first.MemberId, 1), (second.MemberId, 2));
        _group.Stored();
        Assert.Equal([1], _group.Synced(leading).Assignment);
        Assert.Equal([2], _group.Synced(waiting).Assignment);
        Assert.Equal(GroupError.None, _group.Heartbeat(second));
    }

    [Fact]
    public void A_sync_of_a_stable_group_is_answered_at_once()
    {
        var member = _group.Stable(2)[1];
        Assert.Equal([2], _group.Synced(_group.Sync(member)).Assignment);
    }

    [Fact]
    public void An_unknown_member_is_told_so_everywhere()
    {
        var generation = _group.Stable()[0].Generation;
        Assert.Equal(GroupError.UnknownMember, _group.Joined(_group.Join("ghost")).Error);
        Assert.Equal(GroupError.UnknownMember, _group.Synced(_group.Sync("ghost", generation)).Error);
        Assert.Equal(GroupError.UnknownMember, _group.Heartbeat("ghost", generation));
        Assert.Equal(GroupError.UnknownMember, _group.Leave("ghost"));
        Assert.Equal(GroupError.UnknownMember, _group.Commit("ghost", generation));
        Assert.Equal(GroupState.Stable, _group.Group.State);
    }

    [Fact]
    public void Another_generation_is_refused()
    {
        var member = _group.Stable()[0];
        foreach (var generation in (int[])[member.Generation - 1, member.Generation + 1])
        {
            Assert.Equal(GroupError.IllegalGeneration, _group.Heartbeat(member.MemberId, generation));
            Assert.Equal(GroupError.IllegalGeneration, _group.Synced(_group.Sync(member.MemberId, generation)).Error);
            Assert.Equal(GroupError.IllegalGeneration, _group.Commit(member.MemberId, generation));
        }
    }

    [Fact]
    public void A_member_with_nothing_in_common_is_refused_and_the_group_stays_as_it_is()
    {
        _group.Stable();
        Assert.Equal(GroupError.InconsistentProtocol, _group.Joined(_group.Join(protocols: "sticky")).Error);
        Assert.Equal(GroupError.InconsistentProtocol, _group.Joined(_group.Join(type: "connect")).Error);
        Assert.Equal(GroupError.InconsistentProtocol, _group.Joined(_group.Join(type: "")).Error);
        Assert.Equal(GroupState.Stable, _group.Group.State);
    }

    [Fact]
    public void A_sync_that_names_another_protocol_is_refused()
    {
        var member = _group.Stable()[0];
        Assert.Equal(GroupError.InconsistentProtocol, _group.Synced(_group.Sync(member.MemberId, member.Generation, protocol: "sticky")).Error);
    }

    [Fact]
    public void The_protocol_is_one_that_all_know()
    {
        var first = _group.Joined(_group.Join(protocols: ["new", "old"]));
        Assert.Equal("new", first.ProtocolName);
        var second = _group.Join(protocols: "old");
        _group.Join(first.MemberId, protocols: ["new", "old"]);
        Assert.Equal("old", _group.Joined(second).ProtocolName);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1801)]
    public void A_session_timeout_out_of_bounds_is_refused(int seconds) =>
        Assert.Equal(GroupError.InvalidSessionTimeout, _group.Joined(_group.Join(sessionSeconds: seconds)).Error);

    [Fact]
    public void A_full_group_takes_no_more_but_its_members_may_rejoin()
    {
        var members = _group.Stable(3);
        Assert.Equal(GroupError.GroupFull, _group.Joined(_group.Join()).Error);
        Assert.Equal(GroupState.Stable, _group.Group.State);
        Assert.Equal(GroupError.None, _group.Joined(_group.Join(members[2].MemberId)).Error);
    }

    [Fact]
    public void Ids_given_out_count_towards_a_full_group()
    {
        var calls = Enumerable.Range(0, 4).Select(_ => _group.Join(mustKnowId: true)).ToArray();
        Assert.All(calls[..3], call => Assert.Equal(GroupError.MemberIdRequired, _group.Joined(call).Error));
        Assert.Equal(GroupError.GroupFull, _group.Joined(calls[3]).Error);
    }
}
