using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

public sealed class TopicTests
{
    [Fact]
    public async Task A_topic_that_is_only_validated_is_not_there()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        var request = Create(Topic("t", 3));
        request.ValidateOnly = true;
        var answer = Assert.Single((await client.AskAsync<CreateTopicsResponse>(request, 7)).Topics);
        Assert.Equal((ErrorCode.None, 3), ((ErrorCode)answer.ErrorCode, answer.NumPartitions));
        Assert.Empty(await NamesAsync(client));
    }

    [Fact]
    public async Task What_cannot_be_created_is_refused_topic_by_topic()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("there");
        var assigned = Topic("assigned", -1, -1);
        assigned.Assignments = [new() { PartitionIndex = 0, BrokerIds = [node.NodeId] }, new() { PartitionIndex = 1, BrokerIds = [node.NodeId] }];
        var elsewhere = Topic("elsewhere", -1, -1);
        elsewhere.Assignments = [new() { PartitionIndex = 0, BrokerIds = [99] }];
        var hole = Topic("hole", -1, -1);
        hole.Assignments = [new() { PartitionIndex = 1, BrokerIds = [node.NodeId] }];
        var both = Topic("both", 1);
        both.Assignments = [new() { PartitionIndex = 0, BrokerIds = [node.NodeId] }];

        var answer = await client.AskAsync<CreateTopicsResponse>(
            Create(
                Topic("twice"), Topic("twice"), Topic("there"), Topic("bad name"), Topic(""), Topic("__consumer_offsets"), Topic("none", 0), Topic("copies", 1, 3),
                Topic("setting", configs: ("retention.ms", "soon")), Topic("unknown", configs: ("no.such.setting", "1")), assigned, elsewhere, hole, both, Topic("fine")),
            7);

        Assert.Equal(
            [
                ErrorCode.InvalidRequest, ErrorCode.InvalidRequest, ErrorCode.TopicAlreadyExists, ErrorCode.InvalidTopicException, ErrorCode.InvalidTopicException,
                ErrorCode.InvalidTopicException, ErrorCode.InvalidPartitions, ErrorCode.InvalidReplicationFactor, ErrorCode.InvalidConfig, ErrorCode.InvalidConfig,
                ErrorCode.None, ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidReplicaAssignment, ErrorCode.InvalidRequest, ErrorCode.None,
            ],
            answer.Topics.Select(topic => (ErrorCode)topic.ErrorCode));
        Assert.Equal(2, answer.Topics[10].NumPartitions);
        Assert.All(answer.Topics.Where(topic => topic.ErrorCode != 0), topic => Assert.NotEqual("", topic.ErrorMessage ?? ""));
        Assert.Equal(["assigned", "fine", "there"], await NamesAsync(client));
    }

    [Theory]
    [InlineData(5, false)]
    [InlineData(6, false)]
    [InlineData(6, true)]
    public async Task A_topic_that_is_deleted_and_made_again_is_empty(short version, bool byId)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 2);
        await client.ProduceAsync("t", 1, "old");
        var old = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 12);
        var id = old.Topics[0].TopicId;

        var gone = await client.AskAsync<DeleteTopicsResponse>(
            version < 6
                ? new DeleteTopicsRequest { TopicNames = ["t", "none"], TimeoutMs = 10_000 }
                : new DeleteTopicsRequest { Topics = [byId ? new() { TopicId = id } : new() { Name = "t" }, byId ? new() { TopicId = Guid.NewGuid() } : new() { Name = "none" }], TimeoutMs = 10_000 },
            version);
        Assert.Equal(("t", ErrorCode.None), (gone.Responses[0].Name, (ErrorCode)gone.Responses[0].ErrorCode));
        Assert.Equal(byId ? ErrorCode.UnknownTopicId : ErrorCode.UnknownTopicOrPartition, (ErrorCode)gone.Responses[1].ErrorCode);
        Assert.Empty(await NamesAsync(client));

        await client.CreateTopicAsync("t", partitions: 2);
        var made = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 12);
        Assert.NotEqual(id, made.Topics[0].TopicId);
        Assert.Empty(await client.ConsumeAsync("t", 1));
        Assert.Equal(0, await client.ProduceAsync("t", 1, "new"));
    }

    [Fact]
    public async Task Topics_grow_and_never_shrink()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t", partitions: 2);
        var request = new CreatePartitionsRequest
        {
            TimeoutMs = 10_000,
            Topics = [new() { Name = "t", Count = 4, Assignments = null }, new() { Name = "none", Count = 2, Assignments = null }],
        };
        var grown = await client.AskAsync<CreatePartitionsResponse>(request, 3);
        Assert.Equal([ErrorCode.None, ErrorCode.UnknownTopicOrPartition], grown.Results.Select(result => (ErrorCode)result.ErrorCode));
        Assert.Equal(0, await client.ProduceAsync("t", 3, "x"));

        request.Topics = [new() { Name = "t", Count = 4, Assignments = null }];
        Assert.Equal(ErrorCode.InvalidPartitions, (ErrorCode)(await client.AskAsync<CreatePartitionsResponse>(request, 3)).Results[0].ErrorCode);
    }

    [Fact]
    public async Task Settings_are_changed_one_by_one_and_shown_with_their_source()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.CreateTopicAsync("t", 1, ("retention.ms", "1000"));
            Assert.Equal(("1000", false), await SettingAsync(client, "retention.ms"));

            Assert.Equal(ErrorCode.None, await AlterAsync(client, "t", ("retention.ms", 1, null), ("max.message.bytes", 0, "2000")));
            Assert.True((await SettingAsync(client, "retention.ms")).IsDefault);
            Assert.Equal(("2000", false), await SettingAsync(client, "max.message.bytes"));
            var tooLarge = await client.ProduceBatchAsync("t", 0, KafkaRequests.Batch(new string('x', 3000)));
            Assert.Equal(ErrorCode.MessageTooLarge, (ErrorCode)tooLarge.ErrorCode);

            Assert.Equal(ErrorCode.InvalidConfig, await AlterAsync(client, "t", ("max.message.bytes", 0, "-4")));
            Assert.Equal(ErrorCode.InvalidConfig, await AlterAsync(client, "t", ("no.such.setting", 0, "1")));
            Assert.Equal(ErrorCode.UnknownTopicOrPartition, await AlterAsync(client, "none", ("retention.ms", 0, "1")));
            Assert.Equal(("2000", false), await SettingAsync(client, "max.message.bytes"));
        }

        await using var again = await BrokerNode.StartAsync(options);
        await using var back = await KafkaClient.ConnectAsync(again);
        Assert.Equal(("2000", false), await SettingAsync(back, "max.message.bytes"));
    }

    [Fact]
    public async Task A_topic_is_not_made_by_asking_for_it_when_that_is_off()
    {
        await using var node = await BrokerNode.StartAsync(new BrokerNodeOptions { Set = ["broker.topics.auto-create=off"] });
        await using var client = await KafkaClient.ConnectAsync(node);
        var request = new MetadataRequest { Topics = [new() { Name = "t" }], AllowAutoTopicCreation = true };
        foreach (var version in (short[])[0, 4, 12])
        {
            Assert.Equal(ErrorCode.UnknownTopicOrPartition, (ErrorCode)(await client.AskAsync<MetadataResponse>(request, version)).Topics[0].ErrorCode);
        }

        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (ErrorCode)(await client.ProduceBatchAsync("t", 0, KafkaRequests.Batch("x"))).ErrorCode);
    }

    private static CreateTopicsRequest Create(params CreateTopicsRequest.CreatableTopic[] topics) => new() { TimeoutMs = 10_000, Topics = [.. topics] };

    private static CreateTopicsRequest.CreatableTopic Topic(string name, int partitions = 1, short copies = 1, params (string Name, string Value)[] configs) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = copies,
        Configs = [.. configs.Select(config => new CreateTopicsRequest.CreatableTopicConfig { Name = config.Name, Value = config.Value })],
    };

    private static async Task<List<string>> NamesAsync(KafkaClient client) =>
        [.. (await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 9)).Topics.Select(topic => topic.Name!)];

    private static async Task<(string? Value, bool IsDefault)> SettingAsync(KafkaClient client, string name)
    {
        var answer = await client.AskAsync<DescribeConfigsResponse>(
            new DescribeConfigsRequest { Resources = [new() { ResourceType = 2, ResourceName = "t", ConfigurationKeys = [name] }] }, 4);
        var setting = Assert.Single(answer.Results[0].Configs);
        Assert.Equal(name, setting.Name);
        return (setting.Value, setting.ConfigSource == 5);
    }

    private static async Task<ErrorCode> AlterAsync(KafkaClient client, string topic, params (string Name, sbyte Operation, string? Value)[] configs)
    {
        var answer = await client.AskAsync<IncrementalAlterConfigsResponse>(
            new IncrementalAlterConfigsRequest
            {
                Resources =
                [
                    new()
                    {
                        ResourceType = 2,
                        ResourceName = topic,
                        Configs = [.. configs.Select(config => new IncrementalAlterConfigsRequest.AlterableConfig { Name = config.Name, ConfigOperation = config.Operation, Value = config.Value })],
                    },
                ],
            },
            1);
        return (ErrorCode)answer.Responses[0].ErrorCode;
    }
}
