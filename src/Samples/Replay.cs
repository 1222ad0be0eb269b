using ActorBroker.Client;
using ActorBroker.Messages;

namespace ActorBroker.Samples;

/// <summary>Reads again what was written since a moment: here, the second half of what this sample has just written.</summary>
internal static class Replay
{
    private const string Topic = "replay";
    private const int Count = 100;

    public static async Task RunAsync(BrokerClient client, CancellationToken end)
    {
        var begin = DateTimeOffset.UnixEpoch.AddYears(50);
        await using (var producer = client.CreateProducer<string, string>())
        {
            for (var i = 0; i < Count; i++)
            {
                // The time of a record is the application's, one minute apart here.
                await producer.SendAsync(new ProducerRecord<string, string>(Topic, $"key-{i % 7}", $"value {i}") { Timestamp = begin.AddMinutes(i) }, end);
            }
        }

        var topic = (await client.Admin.DescribeTopicsAsync([Topic], ct: end))[0];
        var partitions = topic.Partitions.Select(partition => new TopicPartition(Topic, partition.Number)).ToArray();
        await using var consumer = client.CreateConsumer<string, string>();
        var ends = await consumer.EndOffsetsAsync(partitions, end);
        consumer.Assign(partitions.Select(partition => new TopicPartitionStart(partition, Start.AtTimestamp(begin.AddMinutes(Count / 2)))));
        var starts = await consumer.OffsetsForTimesAsync(partitions.ToDictionary(partition => partition, _ => begin.AddMinutes(Count / 2)), end);
        var due = partitions.Sum(partition => starts.TryGetValue(partition, out var found) && found.Offset.Value >= 0 ? ends[partition] - found.Offset : 0);
        Console.WriteLine($"{due} records since {begin.AddMinutes(Count / 2):O}");
        var read = 0;
        await foreach (var record in consumer.WithCancellation(end))
        {
            Console.WriteLine($"{record.TopicPartition} @ {record.Offset}  {record.Timestamp:O}  {record.Key} = {record.Value}");
            if (++read >= due)
            {
                break;
            }
        }
    }
}
