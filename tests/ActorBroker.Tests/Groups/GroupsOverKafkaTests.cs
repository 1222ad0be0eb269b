using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Groups;

public sealed class GroupsOverKafkaTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    [InlineData(5)]
    public async Task Coordinators_are_found_in_every_version(short version)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);

        var answer = await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { Key = "g", CoordinatorKeys = ["g", "h"] }, version);

        if (version < 4)
        {
            Assert.Equal((0, node.NodeId, node.KafkaPort), (answer.ErrorCode, answer.NodeId, answer.Port));
            return;
        }

        Assert.Equal(["g", "h"], answer.Coordinators.Select(coordinator => coordinator.Key));
        Assert.All(answer.Coordinators, coordinator => Assert.Equal((0, node.KafkaPort), (coordinator.ErrorCode, coordinator.Port)));
    }

    [Fact]
    public async Task There_is_no_transaction_coordinator()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        var answer = await client.AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { Key = "tx", KeyType = 1 }, 2);
        Assert.Equal((ErrorCode.TransactionalIdAuthorizationFailed, -1), ((ErrorCode)answer.ErrorCode, answer.NodeId));
    }

    [Theory]
    [InlineData(2, 1, 1, 1)]
    [InlineData(4, 2, 2, 1)]
    [InlineData(5, 3, 3, 3)]
    [InlineData(7, 4, 5, 4)]
    [InlineData(9, 4, 5, 5)]
    public async Task A_member_joins_syncs_beats_and_leaves_in_every_version(short join, short heartbeat, short sync, short leave)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();

        var joined = await client.JoinAsync("g", join);
        Assert.Equal((1, joined.MemberId), (joined.GenerationId, joined.Leader));
        Assert.Equal([5], Assert.Single(joined.Members).Metadata.ToArray());
        Assert.Equal(join >= 7 ? "consumer" : null, joined.ProtocolType);
        var synced = await client.AskAsync<SyncGroupResponse>(GroupRequests.Sync("g", joined), sync);
        Assert.Equal((ErrorCode.None, 6), ((ErrorCode)synced.ErrorCode, Assert.Single(synced.Assignment.ToArray())));
        Assert.Equal(0, (await client.AskAsync<HeartbeatResponse>(GroupRequests.Heartbeat("g", joined), heartbeat)).ErrorCode);

        var left = await client.AskAsync<LeaveGroupResponse>(
            leave < 3
                ? new LeaveGroupRequest { GroupId = "g", MemberId = joined.MemberId }
                : new LeaveGroupRequest { GroupId = "g", Members = [new() { MemberId = joined.MemberId }, new() { MemberId = "ghost" }] },
            leave);
        Assert.Equal(0, left.ErrorCode);
        Assert.Equal(leave < 3 ? [] : [0, (short)ErrorCode.UnknownMemberId], left.Members.Select(member => member.ErrorCode));
        Assert.Equal(ErrorCode.UnknownMemberId, (ErrorCode)(await client.AskAsync<HeartbeatResponse>(GroupRequests.Heartbeat("g", joined), heartbeat)).ErrorCode);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(5, 2)]
    [InlineData(7, 7)]
    [InlineData(8, 8)]
    [InlineData(9, 9)]
    public async Task Positions_are_kept_in_every_version(short commit, short fetch)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();
        await client.CreateTopicAsync("t", partitions: 2);

        var committed = await client.AskAsync<OffsetCommitResponse>(GroupRequests.Commit("g", "t", (0, 11), (1, 22), (2, 33)), commit);
        Assert.Equal([0, 0, (short)ErrorCode.UnknownTopicOrPartition], committed.Topics[0].Partitions.Select(partition => partition.ErrorCode));

        var offsets = await client.FetchOffsetsAsync("g", fetch, "t", 1, 0, 7);
        Assert.Equal([(1, 22L), (0, 11L), (7, -1L)], offsets);
        if (fetch >= 2)
        {
            Assert.Equal([(0, 11L), (1, 22L)], (await client.FetchOffsetsAsync("g", fetch, null)).Order());
        }
    }

    [Fact]
    public async Task Positions_of_many_groups_are_told_at_once()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();
        await client.CreateTopicAsync("t");
        await client.AskAsync<OffsetCommitResponse>(GroupRequests.Commit("g1", "t", (0, 1)), 8);
        await client.AskAsync<OffsetCommitResponse>(GroupRequests.Commit("g2", "t", (0, 2)), 8);

        var answer = await client.AskAsync<OffsetFetchResponse>(
            new OffsetFetchRequest
            {
                Groups =
                [
                    new() { GroupId = "g2", Topics = null },
                    new() { GroupId = "none", Topics = null },
                    new() { GroupId = "g1", Topics = [new() { Name = "t", PartitionIndexes = [0] }] },
                ],
            },
            8);

        Assert.Equal(["g2", "none", "g1"], answer.Groups.Select(group => group.GroupId));
        Assert.Equal(2, answer.Groups[0].Topics[0].Partitions[0].CommittedOffset);
        Assert.Empty(answer.Groups[1].Topics);
        Assert.Equal(1, answer.Groups[2].Topics[0].Partitions[0].CommittedOffset);
    }

    [Fact]
    public async Task A_commit_of_an_old_generation_or_with_too_much_metadata_is_refused()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();
        await client.CreateTopicAsync("t");
        var joined = await client.JoinAsync("g", 5);
        await client.AskAsync<SyncGroupResponse>(GroupRequests.Sync("g", joined), 3);

        var old = GroupRequests.Commit("g", "t", (0, 1));
        (old.GenerationIdOrMemberEpoch, old.MemberId) = (joined.GenerationId + 1, joined.MemberId);
        Assert.Equal(ErrorCode.IllegalGeneration, await CommitErrorAsync(client, old));
        var long1 = GroupRequests.Commit("g", "t", (0, 1));
        (long1.GenerationIdOrMemberEpoch, long1.MemberId) = (joined.GenerationId, joined.MemberId);
        long1.Topics[0].Partitions[0].CommittedMetadata = new string('x', 5000);
        Assert.Equal(ErrorCode.OffsetMetadataTooLarge, await CommitErrorAsync(client, long1));
        Assert.Equal(ErrorCode.UnknownMemberId, await CommitErrorAsync(client, GroupRequests.Commit("g", "t", (0, 1))));
    }

    [Fact]
    public async Task Groups_are_listed_described_and_deleted()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();
        await client.CreateTopicAsync("t");
        await client.AskAsync<OffsetCommitResponse>(GroupRequests.Commit("plain", "t", (0, 1)), 8);
        var joined = await client.JoinAsync("busy", 7);
        await client.AskAsync<SyncGroupResponse>(GroupRequests.Sync("busy", joined), 5);

        var all = await client.AskAsync<ListGroupsResponse>(new ListGroupsRequest(), 0);
        Assert.Equal([("busy", "consumer"), ("plain", "")], all.Groups.Select(group => (group.GroupId, group.ProtocolType)));
        var stable = await client.AskAsync<ListGroupsResponse>(new ListGroupsRequest { StatesFilter = ["Stable"] }, 5);
        Assert.Equal(("busy", "Stable", "classic"), stable.Groups.Select(group => (group.GroupId, group.GroupState, group.GroupType)).Single());

        var described = await client.AskAsync<DescribeGroupsResponse>(new DescribeGroupsRequest { Groups = ["busy", "plain", "none"] }, 5);
        Assert.Equal(["Stable", "Empty", "Dead"], described.Groups.Select(group => group.GroupState));
        var member = Assert.Single(described.Groups[0].Members);
        Assert.Equal((joined.MemberId, "test", 6), (member.MemberId, member.ClientId, member.MemberAssignment.Span[0]));

        var deleted = await client.AskAsync<DeleteGroupsResponse>(new DeleteGroupsRequest { GroupsNames = ["busy", "plain", "none"] }, 2);
        Assert.Equal([ErrorCode.NonEmptyGroup, ErrorCode.None, ErrorCode.GroupIdNotFound], deleted.Results.Select(result => (ErrorCode)result.ErrorCode));
        Assert.Equal([(0, -1L)], await client.FetchOffsetsAsync("plain", 7, "t", 0));
    }

    [Fact]
    public async Task Single_positions_are_deleted_when_nobody_is_in_the_group()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.FindCoordinatorAsync();
        await client.CreateTopicAsync("t", partitions: 2);
        await client.AskAsync<OffsetCommitResponse>(GroupRequests.Commit("g", "t", (0, 1), (1, 2)), 8);

        var request = new OffsetDeleteRequest { GroupId = "g", Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0 }] }] };
        var deleted = await client.AskAsync<OffsetDeleteResponse>(request, 0);
        Assert.Equal((0, 0), (deleted.ErrorCode, deleted.Topics[0].Partitions[0].ErrorCode));
        Assert.Equal([(1, 2L)], await client.FetchOffsetsAsync("g", 7, null));

        request.GroupId = "none";
        Assert.Equal(ErrorCode.GroupIdNotFound, (ErrorCode)(await client.AskAsync<OffsetDeleteResponse>(request, 0)).ErrorCode);
    }

    [Fact]
    public async Task Positions_and_members_are_there_after_a_restart()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        JoinGroupResponse joined;
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.FindCoordinatorAsync();
            await client.CreateTopicAsync("t");
            joined = await client.JoinAsync("g", 5);
            await client.AskAsync<SyncGroupResponse>(GroupRequests.Sync("g", joined), 3);
            var commit = GroupRequests.Commit("g", "t", (0, 42));
            (commit.GenerationIdOrMemberEpoch, commit.MemberId) = (joined.GenerationId, joined.MemberId);
            Assert.Equal(ErrorCode.None, await CommitErrorAsync(client, commit));
        }

        await using var again = await BrokerNode.StartAsync(options);
        await using var back = await KafkaClient.ConnectAsync(again);
        await back.FindCoordinatorAsync();
        Assert.Equal([(0, 42L)], await back.FetchOffsetsAsync("g", 7, null));
        Assert.Equal(0, (await back.AskAsync<HeartbeatResponse>(GroupRequests.Heartbeat("g", joined), 3)).ErrorCode);
        var synced = await back.AskAsync<SyncGroupResponse>(GroupRequests.Sync("g", joined), 3);
        Assert.Equal([6], synced.Assignment.ToArray());
    }

    private static async Task<ErrorCode> CommitErrorAsync(KafkaClient client, OffsetCommitRequest request) =>
        (ErrorCode)(await client.AskAsync<OffsetCommitResponse>(request, 8)).Topics[0].Partitions[0].ErrorCode;
}
