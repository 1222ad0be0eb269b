using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Requests about consumer groups, on a real node.</summary>
public sealed class GroupRequestTests
{
    [Fact]
    public async Task A_member_joins_syncs_beats_commits_and_leaves()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        await client.CreateTopicAsync("t", partitions: 2);
        var joined = await JoinAsync(client, "g");
        Assert.Equal((1, "range", joined.MemberId), (joined.Generation, joined.ProtocolName, joined.LeaderId));
        var member = Assert.Single(joined.Members);
        Assert.Equal((joined.MemberId, "", (byte)5), (member.MemberId, member.InstanceId, Assert.Single(member.Metadata.ToArray())));
        var synced = await client.AskAsync<GroupSynced>(Sync("g", joined));
        Assert.Equal((SessionError.None, "range", (byte)6), (synced.Error, synced.ProtocolName, Assert.Single(synced.Assignment.ToArray())));
        Assert.Equal(SessionError.None, (await client.AskAsync<GroupReply>(new HeartbeatGroup("g", 1, joined.MemberId, ""))).Error);

        var committed = await client.AskAsync<GroupOffsetsCommitted>(
            new CommitGroupOffsets("g", 1, joined.MemberId, "", [Position("t", 1, 22), Position("t", 7, 1), Position("t", 0, 11), Position("none", 0, 1)]));
        Assert.Equal(
            [SessionError.None, SessionError.UnknownTopicOrPartition, SessionError.None, SessionError.UnknownTopicOrPartition], committed.Outcomes.ToArray());
        var fetched = await client.AskAsync<GroupOffsetsFetched>(new FetchGroupOffsets("g", [new("t", 0), new("t", 1), new("t", 7)]));
        Assert.Equal([(0, 11L), (1, 22L), (7, -1L)], fetched.Offsets.Select(each => (each.Partition.Partition, each.Offset.Value)));
        Assert.Equal((new LeaderEpoch(4), "meta"), (fetched.Offsets[0].Epoch, fetched.Offsets[0].Metadata));
        Assert.Equal(2, (await client.AskAsync<GroupOffsetsFetched>(new FetchGroupOffsets("g", null))).Offsets.Length);

        Assert.Equal(SessionError.None, (await client.AskAsync<GroupReply>(new LeaveGroup("g", joined.MemberId, ""))).Error);
        Assert.Equal(SessionError.UnknownMember, (await client.AskAsync<GroupReply>(new HeartbeatGroup("g", 1, joined.MemberId, ""))).Error);
    }

    [Fact]
    public async Task Two_members_are_brought_together_by_a_rebalance()
    {
        await using var node = await BrokerNode.StartAsync();
        var (first, second) = (new NativeClient(node), new NativeClient(node));
        var one = await JoinAsync(first, "g");
        await first.AskAsync<GroupSynced>(Sync("g", one));
        var told = await second.AskAsync<GroupJoined>(Join("g", ""));
        Assert.Equal(SessionError.MemberIdRequired, told.Error);
        second.Send(Join("g", told.MemberId));
        while ((await first.AskAsync<GroupReply>(new HeartbeatGroup("g", 1, one.MemberId, ""))).Error != SessionError.RebalanceInProgress)
        {
            await Task.Yield();
        }

        var again = await first.AskAsync<GroupJoined>(Join("g", one.MemberId));
        var joined = await second.ReadAsync<GroupJoined>();
        Assert.Equal((2, 2, 2, 0), (again.Generation, joined.Generation, again.Members.Length, joined.Members.Length));
        second.Send(new SyncGroup("g", 2, joined.MemberId, "", "range", []));
        await first.AskAsync<GroupSynced>(new SyncGroup(
            "g", 2, again.MemberId, "", "range", [new(again.MemberId, new byte[] { 1 }), new(joined.MemberId, new byte[] { 2 })]));
        Assert.Equal([2], (await second.ReadAsync<GroupSynced>()).Assignment.ToArray());
    }

    [Fact]
    public async Task Native_and_Kafka_members_share_a_group()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var kafka = await KafkaClient.ConnectAsync(node);
        await kafka.FindCoordinatorAsync();
        var client = new NativeClient(node);
        var joined = await JoinAsync(client, "g");
        await client.AskAsync<GroupSynced>(Sync("g", joined));
        var groups = await client.AskAsync<GroupsFound>(FindGroups.Instance);
        Assert.Equal([new GroupListing("g", "consumer", "Stable")], groups.Groups.ToArray());
        var described = await kafka.AskAsync<Kafka.Messages.DescribeGroupsResponse>(new Kafka.Messages.DescribeGroupsRequest { Groups = ["g"] }, 5);
        Assert.Equal(joined.MemberId, Assert.Single(described.Groups[0].Members).MemberId);
    }

    [Fact]
    public async Task Groups_are_listed_described_and_forgotten()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        Assert.Empty((await client.AskAsync<GroupsFound>(FindGroups.Instance)).Groups);
        await client.CreateTopicAsync("t", partitions: 2);
        await client.AskAsync<GroupOffsetsCommitted>(new CommitGroupOffsets("plain", -1, "", "", [Position("t", 0, 1), Position("t", 1, 2)]));
        var joined = await JoinAsync(client, "busy");
        await client.AskAsync<GroupSynced>(Sync("busy", joined));

        var listed = await client.AskAsync<GroupsFound>(FindGroups.Instance);
        Assert.Equal([("busy", "Stable"), ("plain", "Empty")], listed.Groups.Select(group => (group.GroupId, group.State)).Order());
        var found = await client.AskAsync<GroupFound>(new FindGroup("busy"));
        Assert.Equal((SessionError.None, "Stable", "consumer", "range"), (found.Error, found.State, found.ProtocolType, found.ProtocolName));
        var member = Assert.Single(found.Members);
        Assert.Equal((joined.MemberId, "test", (byte)6), (member.MemberId, member.ClientId, Assert.Single(member.Assignment.ToArray())));
        Assert.Equal("Dead", (await client.AskAsync<GroupFound>(new FindGroup("none"))).State);

        var forgotten = await client.AskAsync<GroupOffsetsCommitted>(new ForgetGroupOffsets("plain", [new("t", 0)]));
        Assert.Equal([SessionError.None], forgotten.Outcomes.ToArray());
        Assert.Equal([(1, 2L)], await PositionsAsync(client, "plain"));
        Assert.Equal(SessionError.NonEmptyGroup, (await client.AskAsync<GroupReply>(new ForgetGroup("busy"))).Error);
        Assert.Equal(SessionError.None, (await client.AskAsync<GroupReply>(new ForgetGroup("plain"))).Error);
        Assert.Equal(SessionError.GroupNotFound, (await client.AskAsync<GroupReply>(new ForgetGroup("plain"))).Error);
        Assert.Empty(await PositionsAsync(client, "plain"));
    }

    [Fact]
    public async Task What_a_group_refuses_the_client_hears()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        await client.CreateTopicAsync("t");
        Assert.Equal(SessionError.InvalidGroupId, await client.RefusedAsync(Join("", "")));
        Assert.Equal(SessionError.InvalidGroupId, await client.RefusedAsync(new FetchGroupOffsets("", null)));
        Assert.Equal(SessionError.InvalidSessionTimeout, (await client.AskAsync<GroupJoined>(Join("g", "") with { SessionTimeoutMs = 1 })).Error);
        Assert.Equal(SessionError.UnknownMember, (await client.AskAsync<GroupJoined>(Join("g", "ghost"))).Error);
        var joined = await JoinAsync(client, "g");
        await client.AskAsync<GroupSynced>(Sync("g", joined));
        Assert.Equal(SessionError.IllegalGeneration, (await client.AskAsync<GroupSynced>(Sync("g", joined) with { Generation = 9 })).Error);
        var old = new CommitGroupOffsets("g", 9, joined.MemberId, "", [Position("t", 0, 1)]);
        Assert.Equal([SessionError.IllegalGeneration], (await client.AskAsync<GroupOffsetsCommitted>(old)).Outcomes.ToArray());
        var wordy = old with { Generation = 1, Offsets = [Position("t", 0, 1) with { Metadata = new string('x', 5000) }] };
        Assert.Equal([SessionError.MetadataTooLarge], (await client.AskAsync<GroupOffsetsCommitted>(wordy)).Outcomes.ToArray());
        Assert.Equal(SessionError.UnknownMember, (await client.AskAsync<GroupReply>(new LeaveGroup("g", "ghost", ""))).Error);
    }

    [Fact]
    public async Task A_static_member_leaves_by_its_instance()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        var joined = await client.AskAsync<GroupJoined>(Join("g", "") with { InstanceId = "i1" });
        Assert.Equal((SessionError.None, "i1"), (joined.Error, Assert.Single(joined.Members).InstanceId));
        await client.AskAsync<GroupSynced>(Sync("g", joined) with { InstanceId = "i1" });
        Assert.Equal(SessionError.None, (await client.AskAsync<GroupReply>(new LeaveGroup("g", "", "i1"))).Error);
        Assert.Equal("Empty", (await client.AskAsync<GroupFound>(new FindGroup("g"))).State);
    }

    private static async Task<List<(int Partition, long Offset)>> PositionsAsync(NativeClient client, string group) =>
        [.. (await client.AskAsync<GroupOffsetsFetched>(new FetchGroupOffsets(group, null))).Offsets.Select(each => (each.Partition.Partition, each.Offset.Value))];

    private static JoinGroup Join(string group, string memberId) =>
        new(group, memberId, "", "test", [new("range", new byte[] { 5 })], 30_000, 30_000);

    private static async Task<GroupJoined> JoinAsync(NativeClient client, string group)
    {
        var told = await client.AskAsync<GroupJoined>(Join(group, ""));
        Assert.Equal(SessionError.MemberIdRequired, told.Error);
        var joined = await client.AskAsync<GroupJoined>(Join(group, told.MemberId));
        Assert.Equal(SessionError.None, joined.Error);
        return joined;
    }

    private static SyncGroup Sync(string group, GroupJoined joined) =>
        new(group, joined.Generation, joined.MemberId, "", "range", [new(joined.MemberId, new byte[] { 6 })]);

    private static GroupOffset Position(string topic, int partition, long offset) =>
        new(new TopicPartition(topic, partition), new Offset(offset), new LeaderEpoch(4), "meta");
}
