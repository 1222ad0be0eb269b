using ActorBroker.Client.Tests.Support;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Admin;

/// <summary>The administration against a real node, over the network.</summary>
public sealed class BrokerAdminNodeTests(RemoteNode remote) : IClassFixture<RemoteNode>
{
    private BrokerAdmin Admin => remote.Client.Admin;

    [Fact]
    public async Task A_topic_lives_from_creation_to_deletion()
    {
        await Outcome(Admin.CreateTopicAsync(new NewTopic("life", 2, Configs: new Dictionary<string, string> { ["retention.ms"] = "1000" })));
        var created = Assert.Single(await Outcome(Admin.DescribeTopicsAsync(["life"])));
        Assert.Equal([0, 1], created.Partitions.Select(partition => partition.Number));
        Assert.All(created.Partitions, partition => Assert.Equal(remote.Node.NodeId, partition.Leader.Value));

        await Outcome(Admin.AddPartitionsAsync("life", 5));
        Assert.Equal(5, (await Outcome(Admin.DescribeTopicsAsync(["life"])))[0].Partitions.Length);
        Assert.Contains("life", (await Outcome(Admin.ListTopicsAsync())).Select(topic => topic.Name));

        await Outcome(Admin.DeleteTopicAsync("life"));
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(Admin.DescribeTopicsAsync(["life"])));
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(Admin.DeleteTopicAsync("life")));
    }

    [Fact]
    public async Task What_cannot_be_created_is_refused_by_name_and_a_trial_creates_nothing()
    {
        await Outcome(Admin.CreateTopicAsync(new NewTopic("trial"), isValidateOnly: true));
        Assert.DoesNotContain("trial", (await Outcome(Admin.ListTopicsAsync())).Select(topic => topic.Name));
        await Outcome(Admin.CreateTopicAsync(new NewTopic("twice", 1)));

        await Assert.ThrowsAsync<TopicExistsException>(() => Outcome(Admin.CreateTopicAsync(new NewTopic("twice"))));
        Assert.Equal(SessionError.InvalidTopicName, await Refusal(Admin.CreateTopicAsync(new NewTopic("a b"))));
        Assert.Equal(SessionError.InvalidPartitions, await Refusal(Admin.CreateTopicAsync(new NewTopic("none", 0))));
        Assert.Equal(SessionError.InvalidReplicationFactor, await Refusal(Admin.CreateTopicAsync(new NewTopic("many", 1, 9))));
        Assert.Equal(SessionError.InvalidPartitions, await Refusal(Admin.AddPartitionsAsync("twice", 1)));
        Assert.Equal(SessionError.InvalidConfig, await Refusal(Admin.AlterConfigsAsync("twice", new Dictionary<string, string> { ["retention.ms"] = "soon" })));
    }

    [Fact]
    public async Task Settings_are_changed_and_go_back_to_the_defaults()
    {
        await Outcome(Admin.CreateTopicAsync(new NewTopic("settings", 1)));
        await Outcome(Admin.AlterConfigsAsync("settings", new Dictionary<string, string> { ["retention.ms"] = "12345" }));
        var set = (await Outcome(Admin.DescribeConfigsAsync("settings"))).Single(config => config.Name == "retention.ms");
        Assert.Equal(new ConfigEntry("retention.ms", "12345", false), set);

        await Outcome(Admin.AlterConfigsAsync("settings", reset: ["retention.ms"]));

        Assert.True((await Outcome(Admin.DescribeConfigsAsync("settings"))).Single(config => config.Name == "retention.ms").IsDefault);
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(Admin.DescribeConfigsAsync("gone")));
    }

    [Fact]
    public async Task Offsets_are_found_by_place_and_by_time_and_records_are_deleted_before_one()
    {
        var partition = new TopicPartition("offsets", 0);
        await Outcome(Admin.CreateTopicAsync(new NewTopic("offsets", 1)));
        await using (var producer = remote.Client.CreateProducer<string, string>())
        {
            for (var i = 0; i < 10; i++)
            {
                await Outcome(producer.SendAsync(new("offsets", "k", "v") { Timestamp = DateTimeOffset.FromUnixTimeMilliseconds(1000 + i) }));
            }
        }

        Assert.Equal(new FoundOffset(new Offset(10), null), await Found(OffsetSpec.Latest));
        Assert.Equal(new FoundOffset(new Offset(0), null), await Found(OffsetSpec.Earliest));
        Assert.Equal(
            new FoundOffset(new Offset(7), DateTimeOffset.FromUnixTimeMilliseconds(1007)), await Found(OffsetSpec.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(1007))));
        Assert.Equal(Offset.None, (await Found(OffsetSpec.AtTimestamp(DateTimeOffset.FromUnixTimeMilliseconds(9999)))).Offset);
        Assert.Equal(new Offset(4), await Outcome(Admin.DeleteRecordsAsync(partition, new Offset(4))));
        Assert.Equal(new Offset(4), (await Found(OffsetSpec.Earliest)).Offset);
        await Assert.ThrowsAsync<OffsetOutOfRangeException>(() => Outcome(Admin.DeleteRecordsAsync(partition, new Offset(11))));
        Assert.Equal(new Offset(10), await Outcome(Admin.DeleteRecordsAsync(partition, Offset.None)));
        await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(Admin.OffsetsAsync([new TopicPartition("offsets", 1)], OffsetSpec.Latest)));

        async Task<FoundOffset> Found(OffsetSpec spec) => (await Outcome(Admin.OffsetsAsync([partition], spec)))[partition];
    }

    [Fact]
    public async Task Offsets_of_a_group_are_kept_changed_and_forgotten()
    {
        var partitions = new[] { new TopicPartition("grouped", 0), new TopicPartition("grouped", 1) };
        await Outcome(Admin.CreateTopicAsync(new NewTopic("grouped", 2)));
        await Outcome(Admin.AlterGroupOffsetsAsync("keeps", partitions.ToDictionary(partition => partition, partition => new Offset(partition.Partition + 5))));

        Assert.Equal([5, 6], (await Outcome(Admin.GroupOffsetsAsync("keeps"))).OrderBy(pair => pair.Key.Partition).Select(pair => pair.Value.Offset.Value));
        Assert.Equal(new GroupSummary("keeps", "", "Empty"), (await Outcome(Admin.ListGroupsAsync())).Single(group => group.GroupId == "keeps") with { ProtocolType = "" });
        await Outcome(Admin.DeleteGroupOffsetsAsync("keeps", [partitions[0]]));
        Assert.Equal([partitions[1]], (await Outcome(Admin.GroupOffsetsAsync("keeps", partitions))).Keys);
        await Outcome(Admin.DeleteGroupAsync("keeps"));
        Assert.Equal("Dead", (await Outcome(Admin.DescribeGroupAsync("keeps"))).State);
        Assert.Equal(SessionError.GroupNotFound, await Refusal(Admin.DeleteGroupAsync("keeps")));
    }

    [Fact]
    public async Task A_group_shows_its_members_and_is_not_deleted_from_under_them()
    {
        await Outcome(Admin.CreateTopicAsync(new NewTopic("shared", 2)));
        var assigned = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var consumer = remote.Client.CreateConsumer<string, string>(new()
        {
            GroupId = "lives",
            ClientId = "reader",
            OnAssigned = _ =>
            {
                assigned.TrySetResult();
                return Task.CompletedTask;
            },
        });
        consumer.Subscribe("shared");
        await using var records = consumer.GetAsyncEnumerator();
        var next = records.MoveNextAsync().AsTask();
        await Outcome(assigned.Task);

        var group = await Outcome(Admin.DescribeGroupAsync("lives"));

        Assert.Equal(("Stable", "consumer", "range"), (group.State, group.ProtocolType, group.ProtocolName));
        var member = Assert.Single(group.Members);
        Assert.Equal("reader", member.ClientId);
        Assert.Equal(["shared"], member.Topics.ToArray());
        Assert.Equal([new TopicPartition("shared", 0), new TopicPartition("shared", 1)], member.Partitions.OrderBy(partition => partition.Partition));
        Assert.Equal(SessionError.NonEmptyGroup, await Refusal(Admin.DeleteGroupAsync("lives")));
        Assert.Equal(SessionError.UnknownMember, await Refusal(Admin.AlterGroupOffsetsAsync(
            "lives", new Dictionary<TopicPartition, Offset> { [new TopicPartition("shared", 0)] = new Offset(0) })));

        await using var producer = remote.Client.CreateProducer<string, string>();
        await Outcome(producer.SendAsync(new("shared", "k", "last")));
        Assert.True(await Outcome(next));
    }

    [Fact]
    public async Task The_cluster_tells_its_nodes()
    {
        var cluster = await Outcome(Admin.DescribeClusterAsync());

        Assert.Equal(22, cluster.ClusterId.Length);
        var node = Assert.Single(cluster.Nodes);
        Assert.Equal((remote.Node.NodeId, remote.Node.AkkaAddress, remote.Node.KafkaPort), (node.Id.Value, node.AkkaAddress, node.KafkaPort));
        Assert.Equal(node.Id, cluster.Controller);
    }

    [Fact]
    public async Task A_contact_point_where_nobody_is_is_passed_over()
    {
        using var system = RemoteNode.Application("akka.tcp://ActorBroker@127.0.0.1:1", remote.Node.AkkaAddress);

        var cluster = await Outcome(BrokerClient.Get(system).Admin.DescribeClusterAsync());

        Assert.NotEmpty(cluster.Nodes);
        await Outcome(system.Terminate());
    }

    [Fact]
    public async Task Without_any_node_the_error_names_what_was_tried()
    {
        using var system = RemoteNode.Application("akka.tcp://ActorBroker@127.0.0.1:1");

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(
            () => Outcome(BrokerClient.Get(system).Admin.DescribeClusterAsync(TimeSpan.FromSeconds(3))));

        Assert.Contains("akka.tcp://ActorBroker@127.0.0.1:1", error.Message, StringComparison.Ordinal);
        Assert.Contains("did not answer within 00:00:01", error.Message, StringComparison.Ordinal);
        await Outcome(system.Terminate());
    }

    private static async Task<SessionError> Refusal(Task task) => (await Assert.ThrowsAnyAsync<BrokerException>(() => Outcome(task))).Error;

    private static Task Outcome(Task task) => FakeCluster.Outcome(task);

    private static Task<T> Outcome<T>(Task<T> task) => FakeCluster.Outcome(task);
}
