using System.Buffers.Binary;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

/// <summary>What real clients stumble over, one test each.</summary>
public sealed class ClientTrapTests
{
    [Fact]
    public async Task An_unknown_version_of_ApiVersions_is_answered_in_version_0_with_error_35()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.Stream.WriteAsync(Frame([0, 18, 0, 9, 0, 0, 0, 77, 0xff, 0xff, 1, 2, 3]));

        var frame = await client.ReadFrameAsync();

        // Response header version 0: the correlation id and nothing else. Then the body of version 0.
        Assert.Equal(77, BinaryPrimitives.ReadInt32BigEndian(frame));
        var reader = new WireReader(frame.AsMemory(4));
        var body = ApiVersionsResponse.Read(ref reader, 0);
        Assert.Equal((WireError.None, 0), (reader.Error, reader.Remaining));
        Assert.Equal(ErrorCode.UnsupportedVersion, (ErrorCode)body.ErrorCode);
        Assert.Contains(body.ApiKeys, api => api.ApiKey == (short)ApiKey.ApiVersions);
        Assert.Equal(0, (await client.AskAsync<ApiVersionsResponse>(Hello(), 3)).ErrorCode);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task ApiVersions_has_response_header_0_in_every_version(short version)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.SendAsync(Hello(), version);
        var frame = await client.ReadFrameAsync();
        var reader = new WireReader(frame.AsMemory(4));
        Assert.Equal(0, ApiVersionsResponse.Read(ref reader, version).ErrorCode);
        Assert.Equal((WireError.None, 0), (reader.Error, reader.Remaining));
    }

    [Theory]
    [InlineData(ApiKey.Produce, 0, 9)]
    [InlineData(ApiKey.Fetch, 4, 12)]
    [InlineData(ApiKey.ListOffsets, 1, 7)]
    [InlineData(ApiKey.Metadata, 0, 12)]
    [InlineData(ApiKey.OffsetCommit, 2, 9)]
    [InlineData(ApiKey.OffsetFetch, 1, 9)]
    [InlineData(ApiKey.FindCoordinator, 0, 4)]
    [InlineData(ApiKey.JoinGroup, 0, 9)]
    [InlineData(ApiKey.Heartbeat, 0, 4)]
    [InlineData(ApiKey.LeaveGroup, 0, 5)]
    [InlineData(ApiKey.SyncGroup, 0, 5)]
    [InlineData(ApiKey.DescribeGroups, 0, 5)]
    [InlineData(ApiKey.ListGroups, 0, 5)]
    [InlineData(ApiKey.ApiVersions, 0, 3)]
    [InlineData(ApiKey.InitProducerId, 0, 4)]
    public async Task Versions_that_clients_rely_on_are_advertised(ApiKey key, short from, short to)
    {
        var api = Assert.Single(await AdvertisedAsync(), api => api.ApiKey == (short)key);
        Assert.InRange(api.MinVersion, (short)0, from);
        Assert.InRange(api.MaxVersion, to, short.MaxValue);
    }

    [Fact]
    public async Task What_is_not_served_is_not_advertised()
    {
        var keys = (await AdvertisedAsync()).Select(api => (int)api.ApiKey).ToHashSet();
        int[] unserved = [17, 24, 25, 26, 28, 29, 36, 68, 71, 72];
        Assert.DoesNotContain(unserved, keys.Contains);
    }

    [Fact]
    public async Task Metadata_0_without_topics_means_all()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        Assert.Single((await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] }, 0)).Topics);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(9)]
    [InlineData(12)]
    public async Task Metadata_from_1_on_takes_null_for_all_and_an_empty_list_for_none(short version)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        Assert.Single((await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, version)).Topics);
        var none = await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = [] }, version);
        Assert.Empty(none.Topics);
        Assert.Equal(node.KafkaPort, Assert.Single(none.Brokers).Port);
    }

    [Theory]
    [InlineData(0, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    [InlineData(12, false)]
    public async Task Metadata_creates_a_topic_before_4_always_and_from_4_on_when_asked_to(short version, bool isCreated)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        var request = new MetadataRequest { Topics = [new() { Name = "new" }], AllowAutoTopicCreation = false };
        var topic = Assert.Single((await client.AskAsync<MetadataResponse>(request, version)).Topics);
        Assert.Equal(isCreated ? ErrorCode.None : ErrorCode.UnknownTopicOrPartition, (ErrorCode)topic.ErrorCode);
        request.AllowAutoTopicCreation = true;
        topic = Assert.Single((await client.AskAsync<MetadataResponse>(request, version)).Topics);
        Assert.Equal((ErrorCode.None, node.NodeId), ((ErrorCode)topic.ErrorCode, topic.Partitions[0].LeaderId));
    }

    [Fact]
    public async Task CreateTopics_from_4_on_takes_minus_one_for_the_defaults()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        CreateTopicsRequest Request(string name) => new() { TimeoutMs = 5000, Topics = [new() { Name = name, NumPartitions = -1, ReplicationFactor = -1 }] };
        Assert.Equal(ErrorCode.InvalidPartitions, (ErrorCode)(await client.AskAsync<CreateTopicsResponse>(Request("a"), 3)).Topics[0].ErrorCode);
        Assert.Equal(ErrorCode.None, (ErrorCode)(await client.AskAsync<CreateTopicsResponse>(Request("b"), 4)).Topics[0].ErrorCode);
    }

    [Theory]
    [InlineData(4)]
    [InlineData(11)]
    [InlineData(12)]
    public async Task Fetch_errors_carry_empty_records_not_null(short version)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        var answer = (await client.AskAsync<FetchResponse>(KafkaRequests.Fetch("nowhere", 0, 0), version)).Responses[0].Partitions[0];
        Assert.Equal(ErrorCode.UnknownTopicOrPartition, (ErrorCode)answer.ErrorCode);
        Assert.True(answer.Records is { Length: 0 });
    }

    [Fact]
    public async Task Fetch_from_13_on_goes_by_topic_ids()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        await client.ProduceAsync("t", 0, "x");
        var id = (await client.AskAsync<MetadataResponse>(new MetadataRequest { Topics = null }, 12)).Topics[0].TopicId;
        var request = KafkaRequests.Fetch("", 0, 0);
        request.Topics[0].TopicId = id;
        var found = (await client.AskAsync<FetchResponse>(request, 13)).Responses[0];
        Assert.Equal((id, ErrorCode.None), (found.TopicId, (ErrorCode)found.Partitions[0].ErrorCode));
        Assert.NotEqual(0, found.Partitions[0].Records!.Value.Length);

        request.Topics[0].TopicId = Guid.NewGuid();
        var unknown = (await client.AskAsync<FetchResponse>(request, 17)).Responses[0].Partitions[0];
        Assert.Equal(ErrorCode.UnknownTopicId, (ErrorCode)unknown.ErrorCode);
        Assert.True(unknown.Records is { Length: 0 });
    }

    [Fact]
    public async Task Fetch_sessions_are_declined()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        var request = KafkaRequests.Fetch("t", 0, 0);
        (request.SessionId, request.SessionEpoch) = (0, 0);
        var answer = await client.AskAsync<FetchResponse>(request, 11);
        Assert.Equal((0, 0), (answer.ErrorCode, answer.SessionId));
        Assert.Single(answer.Responses);

        (request.SessionId, request.SessionEpoch) = (5, 1);
        Assert.Equal(ErrorCode.FetchSessionIdNotFound, (ErrorCode)(await client.AskAsync<FetchResponse>(request, 11)).ErrorCode);
    }

    [Fact]
    public async Task Bytes_behind_a_request_are_ignored()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        using var writer = new WireWriter();
        RequestEncoder.Encode(writer, 12, 5, "test", new MetadataRequest { Topics = null });
        await client.Stream.WriteAsync(Frame([.. writer.ToArray()[4..], 0, 0, 7]));
        var frame = await client.ReadFrameAsync();
        Assert.Equal(5, BinaryPrimitives.ReadInt32BigEndian(frame));
        Assert.Equal(0, (await client.AskAsync<ApiVersionsResponse>(Hello(), 3)).ErrorCode);
    }

    [Fact]
    public async Task A_version_that_is_not_served_closes_the_connection()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.Stream.WriteAsync(Frame([0, 3, 0, 99, 0, 0, 0, 1, 0xff, 0xff]));
        await client.ExpectClosedAsync();
    }

    private static ApiVersionsRequest Hello() => new() { ClientSoftwareName = "test", ClientSoftwareVersion = "1.0" };

    private static async Task<List<ApiVersionsResponse.ApiVersion>> AdvertisedAsync()
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        return (await client.AskAsync<ApiVersionsResponse>(Hello(), 3)).ApiKeys;
    }

    private static byte[] Frame(byte[] request)
    {
        var frame = new byte[4 + request.Length];
        BinaryPrimitives.WriteInt32BigEndian(frame, request.Length);
        request.CopyTo(frame, 4);
        return frame;
    }
}
