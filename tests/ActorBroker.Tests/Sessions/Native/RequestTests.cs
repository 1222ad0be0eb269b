using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Requests about the cluster, topics and offsets, on a real node.</summary>
public sealed class RequestTests
{
    private static readonly ImmutableDictionary<string, string> NoConfigs = ImmutableDictionary<string, string>.Empty;

    [Fact]
    public async Task The_cluster_is_described_with_its_node_and_topics()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.rack=r1"] });
        var client = new NativeClient(node);
        await client.CreateTopicAsync("b", partitions: 2);
        await client.CreateTopicAsync("a");

        var all = await client.AskAsync<ClusterDescribed>(new DescribeCluster(null, false));
        Assert.Equal((node.Health().ClusterId, node.Settings.NodeId, node.Settings.NodeId), (all.ClusterId, all.AnsweredBy, all.Controller));
        var described = Assert.Single(all.Nodes);
        Assert.Equal((node.KafkaHost, node.KafkaPort, "r1"), (described.KafkaHost, described.KafkaPort, described.Rack));
        Assert.Equal(node.AkkaAddress, described.AkkaAddress);
        Assert.Equal(["a", "b"], all.Topics.Select(topic => topic.Name));
        Assert.All(all.Topics[1].Partitions, partition => Assert.Equal((described.Id, new LeaderEpoch(1)), (partition.Leader, partition.Epoch)));
        Assert.Equal([0, 1], all.Topics[1].Partitions.Select(partition => partition.Number));

        var none = await client.AskAsync<ClusterDescribed>(new DescribeCluster([], false));
        Assert.Empty(none.Topics);
        var some = await client.AskAsync<ClusterDescribed>(new DescribeCluster(["b", "none", "bad name", "b"], false));
        Assert.Equal(
            [("b", SessionError.None), ("none", SessionError.UnknownTopicOrPartition), ("bad name", SessionError.InvalidTopicName)],
            some.Topics.Select(topic => (topic.Name, topic.Error)));
    }

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public async Task A_missing_topic_is_created_where_client_and_node_want_it_and_has_leaders_then(bool nodeWants, bool clientWants)
    {
        await using var node = await BrokerNode.StartAsync(
            new BrokerNodeOptions { Set = [$"broker.topics.auto-create={(nodeWants ? "on" : "off")}", "broker.topics.default-partitions=3"] });
        var client = new NativeClient(node);
        var answer = await client.AskAsync<ClusterDescribed>(new DescribeCluster(["new", "__consumer_offsets"], clientWants));
        Assert.Equal(SessionError.UnknownTopicOrPartition, answer.Topics[1].Error);
        if (nodeWants && clientWants)
        {
            Assert.Equal(SessionError.None, answer.Topics[0].Error);
            Assert.Equal(3, answer.Topics[0].Partitions.Length);
            Assert.All(answer.Topics[0].Partitions, partition => Assert.Equal(node.Settings.NodeId, partition.Leader));
        }
        else
        {
            Assert.Equal(SessionError.UnknownTopicOrPartition, answer.Topics[0].Error);
        }
    }

    [Fact]
    public async Task Topics_are_created_grown_changed_and_deleted()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        await client.CreateTopicAsync("t", 1, ("retention.ms", "1000"), ("segment.ms", "5000"));
        await client.AskAsync<RequestDone>(new AddPartitions("t", 3, false, 10_000));
        Assert.Equal(3, (await client.AskAsync<ClusterDescribed>(new DescribeCluster(["t"], false))).Topics[0].Partitions.Length);

        await client.AskAsync<RequestDone>(new AlterTopic("t", NoConfigs.Add("max.message.bytes", "2000"), ["segment.ms"], false));
        await client.AskAsync<RequestDone>(new AlterTopic("t", NoConfigs.Add("max.message.bytes", "3000"), [], IsValidateOnly: true));
        var configs = (await client.AskAsync<TopicConfigsDescribed>(new DescribeTopicConfigs("t"))).Configs.ToDictionary(config => config.Name);
        Assert.Equal(("2000", false), (configs["max.message.bytes"].Value, configs["max.message.bytes"].IsDefault));
        Assert.Equal(("1000", false), (configs["retention.ms"].Value, configs["retention.ms"].IsDefault));
        Assert.True(configs["segment.ms"].IsDefault);
        var producer = await NativeClient.ProducerAsync(node);
        var large = new StoreBatch(1, new TopicPartition("t", 0), -1, KafkaRequests.Batch(new string('x', 2500)));
        Assert.Equal(SessionError.BatchTooLarge, (await producer.RefusedAsync(large)).Error);

        await client.AskAsync<RequestDone>(new DeleteTopic("t", 10_000));
        Assert.Empty((await client.AskAsync<ClusterDescribed>(new DescribeCluster(null, false))).Topics);
        Assert.Equal(SessionError.UnknownTopicOrPartition, (await producer.RefusedAsync(large)).Error);
    }

    [Fact]
    public async Task What_cannot_be_done_with_topics_is_refused_with_the_reason()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = new NativeClient(node);
        await client.CreateTopicAsync("there", partitions: 2);
        await client.AskAsync<RequestDone>(new CreateTopic("validated", 1, 1, NoConfigs, IsValidateOnly: true, 10_000));
        (ISessionRequest Request, SessionError Error)[] refused =
        [
            (Create("there"), SessionError.TopicExists),
            (Create("bad name"), SessionError.InvalidTopicName),
            (Create("__consumer_offsets"), SessionError.InvalidTopicName),
            (new CreateTopic("none", 0, -1, NoConfigs, false, 1000), SessionError.InvalidPartitions),
            (new CreateTopic("none", 1, 3, NoConfigs, false, 1000), SessionError.InvalidReplicationFactor),
            (new CreateTopic("none", 1, 1, NoConfigs.Add("retention.ms", "soon"), false, 1000), SessionError.InvalidConfig),
            (new AddPartitions("there", 2, false, 1000), SessionError.InvalidPartitions),
            (new AddPartitions("validated", 2, false, 1000), SessionError.UnknownTopicOrPartition),
            (new AddPartitions("__consumer_offsets", 99, false, 1000), SessionError.InvalidTopicName),
            (new AlterTopic("there", NoConfigs.Add("no.such", "1"), [], false), SessionError.InvalidConfig),
            (new AlterTopic("none", NoConfigs, [], false), SessionError.UnknownTopicOrPartition),
            (new DescribeTopicConfigs("none"), SessionError.UnknownTopicOrPartition),
            (new DescribeTopicConfigs(""), SessionError.InvalidTopicName),
            (new DeleteTopic("none", 1000), SessionError.UnknownTopicOrPartition),
            (new DeleteTopic("__consumer_offsets", 1000), SessionError.InvalidTopicName),
            (new ForgetRecords(new TopicPartition("there", 5), Offset.None), SessionError.UnknownTopicOrPartition),
            (new ForgetRecords(new TopicPartition("there", 0), new Offset(5)), SessionError.OffsetOutOfRange),
            (new ForgetRecords(new TopicPartition("__consumer_offsets", 0), Offset.None), SessionError.InvalidTopicName),
        ];
        foreach (var (request, error) in refused)
        {
            Assert.Equal((request, error), (request, await client.RefusedAsync(request)));
        }

        Assert.Equal(["there"], (await client.AskAsync<ClusterDescribed>(new DescribeCluster(null, false))).Topics.Select(topic => topic.Name));
    }

    [Fact]
    public async Task Offsets_are_found_by_kind_and_time_and_each_query_has_its_own_answer()
    {
        await using var node = await BrokerNode.StartAsync();
        var client = await NativeClient.ProducerAsync(node);
        await client.CreateTopicAsync("t", partitions: 2);
        await client.StoreAsync(1, "t", 0, KafkaRequests.Batch("a", "b", "c"));
        var forgotten = await client.AskAsync<RecordsForgotten>(new ForgetRecords(new TopicPartition("t", 0), new Offset(1)));
        Assert.Equal(new Offset(1), forgotten.LogStart);
        var t0 = new TopicPartition("t", 0);
        var found = await client.AskAsync<OffsetsFound>(new FindOffsets(
        [
            new(t0, OffsetKind.Latest, 0), new(t0, OffsetKind.Earliest, 0), new(t0, OffsetKind.AtTimestamp, 1_600_000_000_000),
            new(t0, OffsetKind.AtTimestamp, 1_800_000_000_000), new(t0, OffsetKind.AtTimestamp, -5), new(t0, (OffsetKind)77, 0),
            new(new TopicPartition("t", 1), OffsetKind.Latest, 0), new(new TopicPartition("none", 0), OffsetKind.Latest, 0),
        ]));
        Assert.Equal(
            [
                (0, SessionError.None, 3L, -1L), (0, SessionError.None, 1L, -1L), (0, SessionError.None, 1L, 1_700_000_000_000),
                (0, SessionError.None, -1L, -1L), (0, SessionError.InvalidRequest, -1L, -1L), (0, SessionError.InvalidRequest, -1L, -1L),
                (1, SessionError.None, 0L, -1L), (0, SessionError.UnknownTopicOrPartition, -1L, -1L),
            ],
            found.Answers.Select(answer => (answer.Partition.Partition, answer.Error, answer.Offset.Value, answer.TimestampMs)));
        Assert.Empty((await client.AskAsync<OffsetsFound>(new FindOffsets([]))).Answers);
    }

    private static CreateTopic Create(string name) => new(name, 1, 1, NoConfigs, false, 10_000);
}
