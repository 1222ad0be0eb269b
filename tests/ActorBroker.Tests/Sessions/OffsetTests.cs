using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Tests.Support;

namespace ActorBroker.Tests.Sessions;

public sealed class OffsetTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(7)]
    public async Task Offsets_are_found_by_time(short version)
    {
        await using var node = await BrokerNode.StartAsync();
        await using var client = await KafkaClient.ConnectAsync(node);
        await client.CreateTopicAsync("t");
        Assert.Equal((0, -1), await OffsetAsync(client, -1, version));
        await ProduceAtAsync(client, 1000, 3000);
        await ProduceAtAsync(client, 2000);

        Assert.Equal((0, -1), await OffsetAsync(client, -2, version));
        Assert.Equal((3, -1), await OffsetAsync(client, -1, version));
        Assert.Equal((0, 1000), await OffsetAsync(client, 0, version));
        Assert.Equal((1, 3000), await OffsetAsync(client, 1001, version));
        Assert.Equal((-1, -1), await OffsetAsync(client, 3001, version));
        if (version >= 7)
        {
            Assert.Equal((1, 3000), await OffsetAsync(client, -3, version));
        }
    }

    [Fact]
    public async Task Deleted_records_are_out_of_range()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path };
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.CreateTopicAsync("t");
            await ProduceAtAsync(client, 1, 2, 3);
            await ProduceAtAsync(client, 4);

            Assert.Equal((ErrorCode.None, 2), await DeleteAsync(client, 2));
            Assert.Equal((2, -1), await OffsetAsync(client, -2, 5));
            Assert.Equal(ErrorCode.OffsetOutOfRange, await FetchErrorAsync(client, 1));
            Assert.Equal(["3", "4"], await client.ConsumeAsync("t", 0, from: 2));
            Assert.Equal((ErrorCode.None, 2), await DeleteAsync(client, 1));
            Assert.Equal(ErrorCode.OffsetOutOfRange, (await DeleteAsync(client, 5)).Error);
            Assert.Equal((2, 3), await OffsetAsync(client, 0, 5));
        }

        await using var again = await BrokerNode.StartAsync(options);
        await using var back = await KafkaClient.ConnectAsync(again);
        Assert.Equal((2, -1), await OffsetAsync(back, -2, 5));
        Assert.Equal((ErrorCode.None, 4), await DeleteAsync(back, -1));
        Assert.Empty(await back.ConsumeAsync("t", 0, from: 4));
    }

    [Fact]
    public async Task Epochs_end_where_the_next_one_begins()
    {
        using var folder = new TemporaryFolder();
        // Opened at the start, and not left asleep: so that a new epoch begins.
        var options = new BrokerNodeOptions { DataFolder = folder.Path, Set = ["broker.partition.idle-timeout=off"] };
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.CreateTopicAsync("t");
            await ProduceAtAsync(client, 1, 2);
            Assert.Equal((ErrorCode.None, 1, 2), await EpochEndAsync(client, 1));
        }

        await using var again = await BrokerNode.StartAsync(options);
        await using var back = await KafkaClient.ConnectAsync(again);
        await ProduceAtAsync(back, 3);
        Assert.Equal((ErrorCode.None, 1, 2), await EpochEndAsync(back, 1));
        Assert.Equal((ErrorCode.None, 2, 3), await EpochEndAsync(back, 2));
        Assert.Equal((ErrorCode.None, -1, -1), await EpochEndAsync(back, 9));
        Assert.Equal(ErrorCode.FencedLeaderEpoch, (await EpochEndAsync(back, 1, current: 1)).Error);
        Assert.Equal(ErrorCode.UnknownLeaderEpoch, (await EpochEndAsync(back, 1, current: 3)).Error);
    }

    private static async Task ProduceAtAsync(KafkaClient client, params long[] timestamps)
    {
        var batch = new BatchWriter();
        foreach (var timestamp in timestamps)
        {
            batch.Add(timestamp, NullableBytes.Null, System.Text.Encoding.UTF8.GetBytes($"{timestamp}"));
        }

        Assert.Equal(ErrorCode.None, (ErrorCode)(await client.ProduceBatchAsync("t", 0, batch.ToArray())).ErrorCode);
    }

    private static async Task<(long Offset, long Timestamp)> OffsetAsync(KafkaClient client, long timestamp, short version)
    {
        var answer = (await client.AskAsync<ListOffsetsResponse>(
            new ListOffsetsRequest { ReplicaId = -1, Topics = [new() { Name = "t", Partitions = [new() { Timestamp = timestamp }] }] }, version)).Topics[0].Partitions[0];
        Assert.Equal(ErrorCode.None, (ErrorCode)answer.ErrorCode);
        return (answer.Offset, answer.Timestamp);
    }

    private static async Task<(ErrorCode Error, long LowWatermark)> DeleteAsync(KafkaClient client, long before)
    {
        var answer = (await client.AskAsync<DeleteRecordsResponse>(
            new DeleteRecordsRequest { TimeoutMs = 10_000, Topics = [new() { Name = "t", Partitions = [new() { Offset = before }] }] }, 2)).Topics[0].Partitions[0];
        return ((ErrorCode)answer.ErrorCode, answer.LowWatermark);
    }

    private static async Task<ErrorCode> FetchErrorAsync(KafkaClient client, long offset) =>
        (ErrorCode)(await client.AskAsync<FetchResponse>(KafkaRequests.Fetch("t", 0, offset), 11)).Responses[0].Partitions[0].ErrorCode;

    private static async Task<(ErrorCode Error, int Epoch, long End)> EpochEndAsync(KafkaClient client, int epoch, int current = -1)
    {
        var answer = (await client.AskAsync<OffsetForLeaderEpochResponse>(
            new OffsetForLeaderEpochRequest { Topics = [new() { Topic = "t", Partitions = [new() { CurrentLeaderEpoch = current, LeaderEpoch = epoch }] }] }, 4)).Topics[0].Partitions[0];
        return ((ErrorCode)answer.ErrorCode, answer.LeaderEpoch, answer.EndOffset);
    }
}
