using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Tests.Groups;

public sealed class GroupStoreTests
{
    private readonly GroupStore _store = new(GroupDriver.Settings);

    [Fact]
    public void Old_positions_expire_and_the_group_with_its_last_one()
    {
        Set("half", 0, committedAt: 10);
        Set("half", 1, committedAt: 90);
        Set("gone", 0, committedAt: 10);
        Set("young", 0, committedAt: 90);
        Assert.Equal([("half", 1, false), ("gone", 1, true)], Expired(50));
    }

    [Fact]
    public void A_group_without_members_and_positions_expires()
    {
        _store.Group("never committed");
        Assert.Equal([("never committed", 0, true)], Expired(50));
    }

    [Fact]
    public void A_group_with_members_or_with_one_on_its_way_keeps_all()
    {
        Join("busy", mustKnowId: false);
        Join("coming", mustKnowId: true);
        Set("busy", 0, committedAt: 10);
        Assert.Empty(Expired(50));
    }

    private void Join(string group, bool mustKnowId) => _store.Group(group).Join(
        new JoinGroup(default, group, "", null, "client", "/host", "consumer", [new GroupProtocol("range", [])], TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(60), mustKnowId),
        ActorRefs.Nobody,
        0);

    private void Set(string group, int partition, long committedAt) =>
        _store.Set(group, new TopicPartition("t", partition), new CommittedOffset(new Offset(1), LeaderEpoch.None, "", committedAt));

    private (string Group, int Positions, bool AlsoGroup)[] Expired(long before) =>
        [.. _store.Expired(before).Select(expired => (expired.Group, expired.Positions.Length, expired.AlsoGroup))];
}
