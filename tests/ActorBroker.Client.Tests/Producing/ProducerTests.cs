using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client.Tests.Producing;

/// <summary>A producer with a real node, end to end.</summary>
public sealed class ProducerTests
{
    [Fact]
    public async Task Records_are_in_the_log_in_the_order_of_the_calls_and_their_offsets_are_told()
    {
        await using var node = await ProducerNode.StartAsync();
        await node.Client.Admin.CreateTopicAsync(new NewTopic("orders", 1));
        await using var producer = node.Client.CreateProducer<string, string>();

        var sent = new List<Task<RecordMetadata>>();
        for (var i = 0; i < 5000; i++)
        {
            sent.Add(producer.SendAsync(new("orders", "key", ProducerNode.Name(i))));
        }

        var told = await Outcome(Task.WhenAll(sent));

        Assert.Equal(Enumerable.Range(0, 5000).Select(i => (long)i), told.Select(metadata => metadata.Offset.Value));
        Assert.All(told, metadata => Assert.Equal(new TopicPartition("orders", 0), metadata.TopicPartition));
        var read = await node.ReadAsync("orders");
        Assert.Equal(Enumerable.Range(0, 5000).Select(ProducerNode.Name), read.Select(record => record.Value));
        Assert.Equal(read.Select(record => record.Timestamp), told.Select(metadata => metadata.TimestampMs));
    }

    [Theory]
    [InlineData(CompressionCodec.Gzip)]
    [InlineData(CompressionCodec.Lz4)]
    public async Task Compressed_records_read_back_as_they_were_sent(CompressionCodec codec)
    {
        await using var node = await ProducerNode.StartAsync();
        await node.Client.Admin.CreateTopicAsync(new NewTopic("t", 1));
        await using var producer = node.Client.CreateProducer(new ProducerOptions<string, string> { Compression = codec });

        var sent = Enumerable.Range(0, 2000).Select(i => producer.SendAsync(new("t", i % 2 == 0 ? null : "k", $"a value like all others {i}")));
        await Outcome(Task.WhenAll(sent));

        var read = await node.ReadAsync("t");
        Assert.Equal(Enumerable.Range(0, 2000).Select(i => (i % 2 == 0 ? null : "k", $"a value like all others {i}")), read.Select(record => (record.Key, record.Value!)));
    }

    [Fact]
    public async Task Keys_choose_the_partition_and_timestamps_and_nulls_arrive()
    {
        await using var node = await ProducerNode.StartAsync();
        await node.Client.Admin.CreateTopicAsync(new NewTopic("t", 5));
        await using var producer = node.Client.CreateProducer<string, string>();
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_600_000_000_123);

        var told = await Outcome(producer.SendAsync(new("t", "foobar", null) { Timestamp = time, Headers = [new RecordHeader("trace", [1])] }));
        var elsewhere = await Outcome(producer.SendAsync(new("t", "foobar", "v") { Partition = 3 }));

        Assert.Equal((-790332482 & int.MaxValue) % 5, told.TopicPartition.Partition);
        Assert.Equal(time, told.Timestamp);
        Assert.Equal(3, elsewhere.TopicPartition.Partition);
        var record = Assert.Single(await node.ReadAsync("t", told.TopicPartition.Partition));
        Assert.Equal(("foobar", null, 0L, 1_600_000_000_123), record);
    }

    [Fact]
    public async Task Records_from_many_callers_to_many_partitions_all_arrive_and_disposing_loses_none()
    {
        await using var node = await ProducerNode.StartAsync();
        await node.Client.Admin.CreateTopicAsync(new NewTopic("t", 4));
        var producer = node.Client.CreateProducer<string, string>();

        await Task.WhenAll(Enumerable.Range(0, 4).Select(caller => Task.Run(() =>
        {
            for (var i = 0; i < 2000; i++)
            {
                _ = producer.SendAsync(new("t", null, $"{caller}:{i}"));
            }
        })));
        await Outcome(producer.DisposeAsync().AsTask().ContinueWith(_ => 0, TaskScheduler.Default));

        var read = new List<string?>();
        for (var partition = 0; partition < 4; partition++)
        {
            read.AddRange((await node.ReadAsync("t", partition)).Select(record => record.Value));
        }

        Assert.Equal(8000, read.Count);
        Assert.Equal(8000, read.Distinct().Count());
    }

    [Fact]
    public async Task A_topic_that_exists_nowhere_is_an_error_or_is_created()
    {
        await using var node = await ProducerNode.StartAsync("actorbroker.client.producer.max-block = 500ms");
        await using var producer = node.Client.CreateProducer<string, string>();

        var outcome = await Outcome(producer.SendAsync(new("not there yet?", "k", "v")).ContinueWith(task => task.Exception?.InnerException, TaskScheduler.Default));

        Assert.IsAssignableFrom<BrokerException>(outcome);
        var created = await Outcome(producer.SendAsync(new("fresh", "k", "v")));
        Assert.Equal(0, created.Offset.Value);
    }

    private static Task<T> Outcome<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}
