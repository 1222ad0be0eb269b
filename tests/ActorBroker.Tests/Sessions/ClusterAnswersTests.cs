using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

/// <summary>What a node answers about partitions and nodes that are not its own.</summary>
public sealed class ClusterAnswersTests : KafkaKit
{
    [Fact]
    public async Task Metadata_has_the_online_nodes_the_controller_and_no_leader_where_it_is_down()
    {
        Lead("t", 1, 2, 3);

        var answer = await AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 12);

        Assert.Equal([(1, "host-1", 9092, null), (2, "host-2", 9093, "rack-2")], answer.Brokers.Select(node => (node.NodeId, node.Host, node.Port, node.Rack)));
        Assert.Equal(2, answer.ControllerId);
        Assert.Equal(
            [(0, ErrorCode.None, 1, 4), (1, ErrorCode.None, 2, 4), (2, ErrorCode.LeaderNotAvailable, -1, 4)],
            answer.Topics[0].Partitions.Select(partition => (partition.PartitionIndex, Error(partition.ErrorCode), partition.LeaderId, partition.LeaderEpoch)));
        var down = answer.Topics[0].Partitions[2];
        Assert.Equal("3 |  | 3", Lists(down));
    }

    [Fact]
    public async Task Metadata_lists_both_replicas_of_a_partition_that_moves()
    {
        Lead("t", 1);
        Change("t", 0, partition => partition with { Replicas = [new NodeId(1), new NodeId(3)], Move = new PartitionMove(1, new NodeId(1), new NodeId(3)) });

        var partition = (await AskAsync<MetadataResponse>(new MetadataRequest { Topics = [new() { Name = "t" }] }, 12)).Topics[0].Partitions[0];

        Assert.Equal((1, "1,3 | 1 | 3"), (partition.LeaderId, Lists(partition)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(9)]
    [InlineData(-1)]
    public async Task A_controller_that_cannot_be_reached_is_none(int leader)
    {
        MetadataLeader = new NodeId(leader);
        Assert.Equal(-1, (await AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] }, 8)).ControllerId);
        Assert.Equal(-1, (await AskAsync<DescribeClusterResponse>(new DescribeClusterRequest(), 0)).ControllerId);
    }

    [Theory]
    [InlineData(1, false, "1 2")]
    [InlineData(2, false, "1 2")]
    [InlineData(2, true, "1 2 3(fenced)")]
    public async Task A_node_that_is_offline_is_described_as_fenced_to_those_who_ask_for_such(short version, bool isFencedWanted, string expected)
    {
        var answer = await AskAsync<DescribeClusterResponse>(new DescribeClusterRequest { IncludeFencedBrokers = isFencedWanted }, version);

        Assert.Equal(2, answer.ControllerId);
        Assert.Equal(expected, string.Join(' ', answer.Brokers.Select(node => $"{node.BrokerId}{(node.IsFenced ? "(fenced)" : "")}")));
    }

    [Theory]
    [InlineData(9)]
    [InlineData(11)]
    public async Task A_producer_at_the_wrong_node_is_sent_to_the_leader(short version)
    {
        Lead("t", 1, 2, 3);
        var request = KafkaRequests.Produce("t", 1, KafkaRequests.Batch("a"));
        request.TopicData[0].PartitionData.Add(new() { Index = 2, Records = KafkaRequests.Batch("a") });
        request.TopicData[0].PartitionData.Add(new() { Index = 0, Records = KafkaRequests.Batch("a") });

        var answer = await AskAsync<ProduceResponse>(request, version);

        var partitions = answer.Responses[0].PartitionResponses;
        Assert.All(partitions, partition => Assert.Equal(ErrorCode.NotLeaderOrFollower, Error(partition.ErrorCode)));
        Assert.Equal(version < 10 ? [null, null, null] : [(2, 4), null, null], partitions.Select(partition =>
            partition.CurrentLeader is { } leader ? (leader.LeaderId, leader.LeaderEpoch) : ((int, int)?)null));
        Assert.Equal(version < 10 ? [] : [(2, "host-2", 9093)], answer.NodeEndpoints.Select(node => (node.NodeId, node.Host, node.Port)));
    }

    [Theory]
    [InlineData(11)]
    [InlineData(12)]
    [InlineData(17)]
    public async Task A_consumer_at_the_wrong_node_is_sent_to_the_leader(short version)
    {
        Lead("t", 2, 3);
        var request = KafkaRequests.Fetch("t", 0, 0);
        request.Topics[0].TopicId = Image.Topic("t")!.Id;
        request.Topics[0].Partitions.Add(new() { Partition = 1, PartitionMaxBytes = 100 });

        var answer = await AskAsync<FetchResponse>(request, version);

        var partitions = answer.Responses[0].Partitions;
        Assert.All(partitions, partition => Assert.Equal(ErrorCode.NotLeaderOrFollower, Error(partition.ErrorCode)));
        Assert.Equal(version < 12 ? [null, null] : [(2, 4), null], partitions.Select(partition =>
            partition.CurrentLeader is { } leader ? (leader.LeaderId, leader.LeaderEpoch) : ((int, int)?)null));
        Assert.Equal(version < 16 ? [] : [(2, "host-2", 9093)], answer.NodeEndpoints.Select(node => (node.NodeId, node.Host, node.Port)));
    }

    [Fact]
    public async Task Offsets_of_a_partition_elsewhere_are_not_told()
    {
        Lead("t", 2);
        var answer = await AskAsync<ListOffsetsResponse>(
            new ListOffsetsRequest { Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Timestamp = -1 }, new() { PartitionIndex = 5, Timestamp = -1 }] }] }, 5);
        Assert.Equal([ErrorCode.NotLeaderOrFollower, ErrorCode.UnknownTopicOrPartition], answer.Topics[0].Partitions.Select(partition => Error(partition.ErrorCode)));
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public async Task Each_groups_coordinator_is_its_own_node(short version)
    {
        var asked = AskAsync<FindCoordinatorResponse>(new FindCoordinatorRequest { Key = "g", CoordinatorKeys = ["g", "h", "i"] }, version);
        Groups.Reply(new CoordinatorReady(Groups.ExpectMsg<PrepareCoordinator>(m => m.GroupId == "g").Id, new NodeId(2)));
        if (version == 3)
        {
            var only = await asked;
            Assert.Equal((ErrorCode.None, 2, "host-2", 9093), (Error(only.ErrorCode), only.NodeId, only.Host, only.Port));
            return;
        }

        Groups.Reply(new CoordinatorMissing(Groups.ExpectMsg<PrepareCoordinator>(m => m.GroupId == "h").Id, "no leader"));
        Groups.Reply(new CoordinatorReady(Groups.ExpectMsg<PrepareCoordinator>(m => m.GroupId == "i").Id, new NodeId(3)));
        Assert.Equal(
            [("g", ErrorCode.None, 2), ("h", ErrorCode.CoordinatorNotAvailable, -1), ("i", ErrorCode.CoordinatorNotAvailable, -1)],
            (await asked).Coordinators.Select(each => (each.Key, Error(each.ErrorCode), each.NodeId)));
    }

    [Fact]
    public async Task A_group_command_at_the_wrong_node_is_refused_as_such()
    {
        var asked = AskAsync<HeartbeatResponse>(new HeartbeatRequest { GroupId = "g", MemberId = "m" }, 3);
        Groups.Reply(new GroupRefused(Groups.ExpectMsg<GroupHeartbeat>().Id, GroupError.NotCoordinator));
        Assert.Equal(ErrorCode.NotCoordinator, Error((await asked).ErrorCode));
    }

    private static string Lists(MetadataResponse.MetadataResponsePartition partition) =>
        $"{string.Join(',', partition.ReplicaNodes)} | {string.Join(',', partition.IsrNodes)} | {string.Join(',', partition.OfflineReplicas)}";
}
