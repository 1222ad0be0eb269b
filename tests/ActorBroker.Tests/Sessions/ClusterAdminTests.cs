using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Sessions;

/// <summary>Requests that change the cluster, and look at those who keep it.</summary>
public sealed class ClusterAdminTests : KafkaKit
{
    [Fact]
    public async Task Moves_are_planned_together_and_answered_one_by_one()
    {
        Lead("t", 1, 1);
        var asked = AskAsync<AlterPartitionReassignmentsResponse>(
            new AlterPartitionReassignmentsRequest
            {
                TimeoutMs = 10_000,
                Topics =
                [
                    new()
                    {
                        Name = "t",
                        Partitions =
                        [
                            new() { PartitionIndex = 0, Replicas = [2] },
                            new() { PartitionIndex = 1, Replicas = [] },
                            new() { PartitionIndex = 1, Replicas = null },
                            new() { PartitionIndex = 0, Replicas = [3] },
                        ],
                    },
                    new() { Name = "u", Partitions = [new() { PartitionIndex = 7, Replicas = [9] }] },
                ],
            },
            0);

        var command = Controller.ExpectMsg<MovePartitions>();
        Assert.Equal(["t-0 to 2", "t-1 to ", "u-7 to 9"], command.Targets.Select(target => $"{target.Partition} to {string.Join(',', target.Replicas)}"));
        Controller.Reply(new MovesPlanned(
            command.Id, [null, new MoveRefusal(ControllerError.NoMoveUnderWay, "stays"), new MoveRefusal(ControllerError.UnknownPartition, "where?")]));
        var answer = await asked;

        Assert.Equal(ErrorCode.None, Error(answer.ErrorCode));
        Assert.Equal(
            [ErrorCode.None, ErrorCode.InvalidReplicaAssignment, ErrorCode.NoReassignmentInProgress, ErrorCode.InvalidRequest],
            answer.Responses[0].Partitions.Select(partition => Error(partition.ErrorCode)));
        Assert.Equal((ErrorCode.UnknownTopicOrPartition, "where?"), (Error(answer.Responses[1].Partitions[0].ErrorCode), answer.Responses[1].Partitions[0].ErrorMessage));
    }

    [Fact]
    public async Task Moves_that_nobody_can_plan_are_refused_as_a_whole()
    {
        var asked = AskAsync<AlterPartitionReassignmentsResponse>(
            new AlterPartitionReassignmentsRequest { TimeoutMs = 10_000, Topics = [new() { Name = "t", Partitions = [new() { PartitionIndex = 0, Replicas = [2] }] }] }, 0);
        Controller.Reply(new ControllerRefused(Controller.ExpectMsg<MovePartitions>().Id, ControllerError.NotAvailable, "no leader"));
        var answer = await asked;
        Assert.Equal((ErrorCode.NotController, "no leader"), (Error(answer.ErrorCode), answer.ErrorMessage));
        Assert.Equal(ErrorCode.NotController, Error(answer.Responses[0].Partitions[0].ErrorCode));
    }

    [Fact]
    public async Task Nothing_to_move_asks_nobody()
    {
        Assert.Empty((await AskAsync<AlterPartitionReassignmentsResponse>(new AlterPartitionReassignmentsRequest { TimeoutMs = 10_000 }, 0)).Responses);
        ExpectNothing(Controller);
    }

    [Fact]
    public async Task Moves_under_way_are_listed_for_all_topics_or_for_some()
    {
        Lead("a", 1, 1);
        Lead("b", 2);
        Change("a", 1, partition => partition with { Move = new PartitionMove(1, new NodeId(1), new NodeId(2)) });
        Change("b", 0, partition => partition with { Move = new PartitionMove(2, new NodeId(2), new NodeId(1)) });

        Assert.Equal(["a-1: 1,2 +2 -1", "b-0: 2,1 +1 -2"], await MovesAsync(null));
        Assert.Equal(["b-0: 2,1 +1 -2"], await MovesAsync([new() { Name = "b", PartitionIndexes = [0, 0, 5, -1] }, new() { Name = "none", PartitionIndexes = [0] }]));
        Assert.Empty(await MovesAsync([new() { Name = "a", PartitionIndexes = [0] }]));
    }

    [Fact]
    public async Task The_metadata_logs_replicas_are_described()
    {
        var asked = AskAsync<DescribeQuorumResponse>(Quorum("__cluster_metadata"), 1);
        Controller.Reply(new QuorumDescribed(
            Controller.ExpectMsg<DescribeQuorum>().Id, new NodeId(2), 7, 41, [new(new NodeId(1), 40), new(new NodeId(2), 42)], [new(new NodeId(3), 5)]));
        var answer = (await asked).Topics[0].Partitions[0];
        Assert.Equal((ErrorCode.None, 2, 7, 41), (Error(answer.ErrorCode), answer.LeaderId, answer.LeaderEpoch, answer.HighWatermark));
        Assert.Equal([(1, 40), (2, 42)], answer.CurrentVoters.Select(replica => (replica.ReplicaId, replica.LogEndOffset)));
        Assert.Equal([(3, 5)], answer.Observers.Select(replica => (replica.ReplicaId, replica.LogEndOffset)));
    }

    [Fact]
    public async Task A_quorum_without_leader_and_that_of_another_topic_are_not_described()
    {
        var asked = AskAsync<DescribeQuorumResponse>(Quorum("__cluster_metadata"), 0);
        Controller.Reply(new ControllerRefused(Controller.ExpectMsg<DescribeQuorum>().Id, ControllerError.NotAvailable, "no leader"));
        Assert.Equal(ErrorCode.NotController, Error((await asked).Topics[0].Partitions[0].ErrorCode));
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, Error((await AskAsync<DescribeQuorumResponse>(Quorum("t"), 0)).Topics[0].Partitions[0].ErrorCode));
    }

    [Theory]
    [InlineData("true", 0, true)]
    [InlineData("false", 0, false)]
    [InlineData(null, 1, false)]
    public async Task A_node_is_drained_by_a_setting(string? value, sbyte operation, bool isDraining)
    {
        var asked = AskAsync<IncrementalAlterConfigsResponse>(Setting("2", "broker.drain", value, operation), 1);
        var command = Controller.ExpectMsg<DrainNode>();
        Assert.Equal((2, isDraining), (command.Node.Value, command.IsDraining));
        Controller.Reply(new NodeChanged(command.Id, command.Node, NodeStatus.Draining));
        Assert.Equal(ErrorCode.None, Error((await asked).Responses[0].ErrorCode));
    }

    [Theory]
    [InlineData("7", "broker.drain", "true", 0, ErrorCode.InvalidRequest, "there are 1, 2, 3")]
    [InlineData("", "broker.drain", "true", 0, ErrorCode.InvalidRequest, "no node ''")]
    [InlineData("2", "node.id", "4", 0, ErrorCode.InvalidConfig, "node.id cannot be changed")]
    [InlineData("2", "broker.drain", "soon", 0, ErrorCode.InvalidConfig, "'soon'")]
    [InlineData("2", "broker.drain", "true", 2, ErrorCode.InvalidConfig, "operation 2")]
    public async Task A_setting_of_a_node_that_cannot_be_changed_is_named(string node, string name, string value, sbyte operation, ErrorCode error, string named)
    {
        var answer = (await AskAsync<IncrementalAlterConfigsResponse>(Setting(node, name, value, operation), 1)).Responses[0];
        Assert.Equal(error, Error(answer.ErrorCode));
        Assert.Contains(named, answer.ErrorMessage, StringComparison.Ordinal);
        ExpectNothing(Controller);
    }

    [Fact]
    public async Task A_drain_that_is_only_checked_changes_nothing_and_one_that_is_refused_says_why()
    {
        var check = Setting("2", "broker.drain", "true", 0);
        check.ValidateOnly = true;
        Assert.Equal(ErrorCode.None, Error((await AskAsync<IncrementalAlterConfigsResponse>(check, 1)).Responses[0].ErrorCode));
        ExpectNothing(Controller);

        var asked = AskAsync<IncrementalAlterConfigsResponse>(Setting("2", "broker.drain", "true", 0), 0);
        Controller.Reply(new ControllerRefused(Controller.ExpectMsg<DrainNode>().Id, ControllerError.NoOtherNode, "nobody else"));
        var answer = (await asked).Responses[0];
        Assert.Equal((ErrorCode.InvalidRequest, "nobody else"), (Error(answer.ErrorCode), answer.ErrorMessage));
    }

    [Fact]
    public async Task Settings_of_nodes_are_told_by_every_node_and_only_drain_can_be_changed()
    {
        Image = Image with { Nodes = Image.Nodes.SetItem(new NodeId(2), Image.Nodes[new NodeId(2)] with { Status = NodeStatus.Draining }) };

        var other = await SettingsAsync("2");
        Assert.Equal(("true", false), other["broker.drain"]);
        Assert.Equal(("PLAINTEXT://host-2:9093", true), other["advertised.listeners"]);
        Assert.Equal(("draining", true), other["node.status"]);
        Assert.DoesNotContain("message.max.bytes", other);
        var own = await SettingsAsync("1");
        Assert.Equal((("false", false), ("1", true)), (own["broker.drain"], own["node.id"]));
        Assert.Contains("message.max.bytes", own);
        Assert.Equal(("offline", true), (await SettingsAsync("3"))["node.status"]);
        Assert.DoesNotContain("node.id", await SettingsAsync(""));

        var unknown = (await DescribeAsync("9")).Results[0];
        Assert.Equal((ErrorCode.InvalidRequest, true), (Error(unknown.ErrorCode), unknown.ErrorMessage!.Contains("'9'", StringComparison.Ordinal)));
    }

    private static DescribeQuorumRequest Quorum(string topic) => new() { Topics = [new() { TopicName = topic, Partitions = [new() { PartitionIndex = 0 }] }] };

    private static IncrementalAlterConfigsRequest Setting(string node, string name, string? value, sbyte operation) => new()
    {
        Resources = [new() { ResourceType = 4, ResourceName = node, Configs = [new() { Name = name, Value = value, ConfigOperation = operation }] }],
    };

    private Task<DescribeConfigsResponse> DescribeAsync(string node) =>
        AskAsync<DescribeConfigsResponse>(new DescribeConfigsRequest { Resources = [new() { ResourceType = 4, ResourceName = node, ConfigurationKeys = null }] }, 4);

    private async Task<Dictionary<string, (string? Value, bool IsReadOnly)>> SettingsAsync(string node)
    {
        var answer = (await DescribeAsync(node)).Results[0];
        Assert.Equal(ErrorCode.None, Error(answer.ErrorCode));
        return answer.Configs.ToDictionary(config => config.Name, config => (config.Value, config.ReadOnly));
    }

    private async Task<IEnumerable<string>> MovesAsync(List<ListPartitionReassignmentsRequest.ListPartitionReassignmentsTopics>? topics)
    {
        var answer = await AskAsync<ListPartitionReassignmentsResponse>(new ListPartitionReassignmentsRequest { TimeoutMs = 1000, Topics = topics }, 0);
        return answer.Topics.SelectMany(topic => topic.Partitions.Select(partition =>
            $"{topic.Name}-{partition.PartitionIndex}: {string.Join(',', partition.Replicas)} +{string.Join(',', partition.AddingReplicas)} -{string.Join(',', partition.RemovingReplicas)}"));
    }
}
