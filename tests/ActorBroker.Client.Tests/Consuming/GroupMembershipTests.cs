using System.Collections.Immutable;
using ActorBroker.Client.Consuming;
using ActorBroker.Client.Groups;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Consuming;

public sealed class GroupMembershipTests
{
    private readonly GroupMembership _member = new(Settings(), ["t"]);

    [Fact]
    public void A_new_member_joins_with_the_id_that_it_is_told()
    {
        var join = Sent<JoinGroup>(_member.Begin());
        Assert.Equal(("g", "", 30_000, 60_000), (join.GroupId, join.MemberId, join.SessionTimeoutMs, join.RebalanceTimeoutMs));
        Assert.Equal(["range", "roundrobin"], join.Protocols.Select(protocol => protocol.Name));
        Assert.Equal("t", Assert.Single(ConsumerProtocol.DecodeSubscription(join.Protocols[0].Metadata)!.Topics));

        var again = Sent<JoinGroup>(_member.OnJoined(new GroupJoined(SessionError.MemberIdRequired, -1, "", "", "m1", [])));
        Assert.Equal("m1", again.MemberId);
    }

    [Fact]
    public void A_follower_waits_for_its_share()
    {
        _member.Begin();
        var sync = Sent<SyncGroup>(_member.OnJoined(Joined(leader: "m2")));
        Assert.Equal((3, "m1", "range", 0), (sync.Generation, sync.MemberId, sync.ProtocolName, sync.Assignments.Length));
        var assign = Assert.IsType<GroupEffect.Assign>(_member.OnSynced(Synced(1, 2)));
        Assert.Equal("t-1 t-2", string.Join(' ', assign.Partitions));
        Assert.Equal(GroupState.Stable, _member.State);
        Assert.Equal(3, Sent<HeartbeatGroup>(_member.OnHeartbeatDue()).Generation);
    }

    [Fact]
    public void The_leader_counts_partitions_and_shares_them_out_also_to_members_whose_subscription_makes_no_sense()
    {
        _member.Begin();
        var find = Assert.IsType<GroupEffect.FindTopics>(_member.OnJoined(Joined(
            leader: "m1", Member("m1", "t"), Member("m2", "t", "u"), new GroupJoinedMember("m3", "", new byte[] { 9 }))));
        Assert.Equal("t u", string.Join(' ', find.Topics));
        var sync = Sent<SyncGroup>(_member.OnTopics(Counts(("t", 3), ("other", 9))));
        Assert.Equal(
            ["m1: t-0 t-1", "m2: t-2", "m3: "],
            sync.Assignments.Select(share => $"{share.MemberId}: {string.Join(' ', ConsumerProtocol.DecodeAssignment(share.Assignment)!.Partitions)}").Order());
    }

    [Fact]
    public void The_leader_rejoins_when_a_topic_gets_partitions_and_not_when_nothing_has_changed()
    {
        Lead(("t", 3));
        Assert.IsType<GroupEffect.Nothing>(_member.OnTopics(Counts(("t", 3), ("other", 1))));
        Assert.Equal(new GroupEffect.Revoke(AreLost: false), _member.OnTopics(Counts(("t", 4))));
        Assert.IsType<GroupEffect.Nothing>(_member.OnTopics(Counts(("t", 4))));
        Assert.Equal("m1", Sent<JoinGroup>(_member.OnRevoked()).MemberId);
    }

    [Fact]
    public void The_leader_rejoins_when_a_missing_topic_comes_into_being()
    {
        Lead();
        Assert.Equal(new GroupEffect.Revoke(AreLost: false), _member.OnTopics(Counts(("t", 1))));
    }

    [Fact]
    public void A_rebalance_takes_the_partitions_before_the_member_joins_again_under_its_id()
    {
        Follow();
        Assert.Equal(new GroupEffect.Revoke(AreLost: false), _member.OnAnswered(3, SessionError.RebalanceInProgress));
        Assert.IsType<GroupEffect.Nothing>(_member.OnAnswered(3, SessionError.RebalanceInProgress));
        Sent<HeartbeatGroup>(_member.OnHeartbeatDue());
        Assert.Equal("m1", Sent<JoinGroup>(_member.OnRevoked()).MemberId);
        Assert.IsType<GroupEffect.Nothing>(_member.OnHeartbeatDue());
    }

    [Theory]
    [InlineData(SessionError.UnknownMember, "")]
    [InlineData(SessionError.IllegalGeneration, "m1")]
    public void A_member_that_the_group_has_given_up_loses_its_partitions(SessionError error, string joinsAs)
    {
        Follow();
        Assert.Equal(new GroupEffect.Revoke(AreLost: true), _member.OnAnswered(3, error));
        Assert.Equal(joinsAs, Sent<JoinGroup>(_member.OnRevoked()).MemberId);
    }

    [Fact]
    public void A_member_given_up_while_it_gives_partitions_up_has_lost_them()
    {
        Follow();
        _member.OnAnswered(3, SessionError.RebalanceInProgress);
        Assert.Equal(new GroupEffect.Revoke(AreLost: true), _member.OnAnswered(3, SessionError.UnknownMember));
        Assert.Equal("", Sent<JoinGroup>(_member.OnRevoked()).MemberId);
    }

    [Fact]
    public void A_member_that_nobody_hears_any_more_starts_anew()
    {
        Follow();
        Assert.Equal(new GroupEffect.Revoke(AreLost: true), _member.OnSessionLost());
        Assert.Equal("", Sent<JoinGroup>(_member.OnRevoked()).MemberId);
        Assert.IsType<GroupEffect.Nothing>(_member.OnSessionLost());
    }

    [Fact]
    public void Answers_of_another_generation_are_not_heard()
    {
        Follow();
        Assert.IsType<GroupEffect.Nothing>(_member.OnAnswered(2, SessionError.UnknownMember));
        Assert.IsType<GroupEffect.Nothing>(_member.OnJoined(Joined(leader: "m2")));
        Assert.IsType<GroupEffect.Nothing>(_member.OnSynced(Synced(0)));
        Assert.IsType<GroupEffect.Nothing>(_member.OnRevoked());
    }

    [Theory]
    [InlineData(SessionError.RebalanceInProgress, "m1")]
    [InlineData(SessionError.IllegalGeneration, "m1")]
    [InlineData(SessionError.UnknownMember, "")]
    public void A_share_that_is_refused_makes_the_member_join_again(SessionError error, string joinsAs)
    {
        _member.Begin();
        _member.OnJoined(Joined(leader: "m2"));
        Assert.Equal(joinsAs, Sent<JoinGroup>(_member.OnSynced(new GroupSynced(error, "", default))).MemberId);
    }

    [Fact]
    public void What_may_pass_is_tried_again_after_a_pause()
    {
        _member.Begin();
        Assert.IsType<GroupEffect.JoinLater>(_member.OnFailed(new BrokerTimeoutException("late")));
        Sent<JoinGroup>(_member.OnJoinDue());
        Assert.IsType<GroupEffect.JoinLater>(_member.OnJoined(Refused(SessionError.RebalanceInProgress)));
        Sent<JoinGroup>(_member.OnJoinDue());
        _member.OnJoined(Joined(leader: "m2"));
        Assert.IsType<GroupEffect.JoinLater>(_member.OnSynced(new GroupSynced(SessionError.CoordinatorNotAvailable, "", default)));
    }

    [Theory]
    [InlineData(SessionError.InconsistentProtocol)]
    [InlineData(SessionError.InvalidGroupId)]
    [InlineData(SessionError.InvalidSessionTimeout)]
    [InlineData(SessionError.GroupFull)]
    [InlineData(SessionError.FencedInstance)]
    public void What_will_not_pass_ends_the_membership(SessionError error)
    {
        _member.Begin();
        var fail = Assert.IsType<GroupEffect.Fail>(_member.OnJoined(Refused(error)));
        Assert.Equal((error, GroupState.Failed), (fail.Error.Error, _member.State));
        Assert.IsType<GroupEffect.Nothing>(_member.Leave());
    }

    [Fact]
    public void A_dynamic_member_leaves_and_a_static_one_is_expected_back()
    {
        Follow();
        Assert.Equal("m1", Sent<LeaveGroup>(_member.Leave()).MemberId);

        var stays = new GroupMembership(Settings() with { InstanceId = "i" }, ["t"]);
        stays.Begin();
        stays.OnJoined(Joined(leader: "m2"));
        stays.OnSynced(Synced(0));
        Assert.Equal("i", Sent<HeartbeatGroup>(stays.OnHeartbeatDue()).InstanceId);
        Assert.IsType<GroupEffect.Nothing>(stays.Leave());
    }

    private static ConsumerSettings Settings() => new(
        "g", "", "c", Delivery.AtLeastOnce, null, OffsetReset.Earliest, 1 << 20, TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(3), TimeSpan.FromMinutes(1), ["range", "roundrobin"]);

    private void Follow()
    {
        _member.Begin();
        _member.OnJoined(Joined(leader: "m2"));
        _member.OnSynced(Synced(0));
    }

    private void Lead(params (string Topic, int Partitions)[] counts)
    {
        _member.Begin();
        _member.OnJoined(Joined(leader: "m1", Member("m1", "t")));
        _member.OnTopics(Counts(counts));
        _member.OnSynced(Synced(0));
    }

    private static T Sent<T>(GroupEffect effect) => Assert.IsType<T>(Assert.IsType<GroupEffect.Send>(effect).Request);

    private static GroupJoined Joined(string leader, params ImmutableArray<GroupJoinedMember> members) => new(SessionError.None, 3, "range", leader, "m1", members);

    private static GroupJoined Refused(SessionError error) => new(error, -1, "", "", "", []);

    private static GroupJoinedMember Member(string id, params ImmutableArray<string> topics) =>
        new(id, "", ConsumerProtocol.Encode(new ConsumerSubscription(topics, default, [])));

    private static GroupSynced Synced(params int[] partitions) => new(
        SessionError.None, "range", ConsumerProtocol.Encode(new ConsumerAssignment([.. partitions.Select(partition => new TopicPartition("t", partition))], default)));

    private static Dictionary<string, int> Counts(params (string Topic, int Partitions)[] counts) => counts.ToDictionary(count => count.Topic, count => count.Partitions);
}
