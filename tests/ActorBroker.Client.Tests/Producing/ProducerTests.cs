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

    private static Task<T> Outcome<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(60));
}
