using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>The whole data set through every producer, with every codec, and back through every consumer.</summary>
public sealed class PackageIndexTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int Partitions = 4;

    [SkippableTheory]
    [MemberData(nameof(ClientDrivers.Pairs), MemberType = typeof(ClientDrivers))]
    public async Task Every_record_of_the_package_index_comes_back(string producerName, string consumerName)
    {
        var producer = await ClientDrivers.RequireAsync(producerName);
        var consumer = await ClientDrivers.RequireAsync(consumerName);
        var sent = await fixture.ProducedOnceAsync(producer, () => ProduceAsync(producer));
        var topics = producer.Codecs.Intersect(consumer.Codecs).Select(codec => Topic(producer, codec)).ToList();

        var received = await consumer.ConsumeAsync((await fixture.NodeAsync()).Broker, topics);

        RoundTrip.IsComplete([.. sent.Where(record => topics.Contains(record.Topic))], received);
    }

    /// <summary>One topic per codec, each with its share of the packages; kcat leaves the partition to its partitioner.</summary>
    private async Task<IReadOnlyList<KafkaRecord>> ProduceAsync(ClientDriver producer)
    {
        var node = await fixture.NodeAsync();
        var entries = await PackageIndex.EntriesAsync();
        var share = (entries.Count + producer.Codecs.Count - 1) / producer.Codecs.Count;
        var sent = new List<KafkaRecord>();
        foreach (var (codec, part) in producer.Codecs.Zip(entries.Chunk(share)))
        {
            var topic = Topic(producer, codec);
            await TopicAdmin.CreateAsync(node, topic, Partitions);
            var records = part.Select((entry, index) =>
                KafkaRecord.ToSend(topic, producer.ReportsPlaces ? index % Partitions : -1, entry.Name, entry.Stanza)).ToList();
            var acks = new AckLog();
            await producer.ProduceAsync(node.Broker, records, new ProduceOptions(codec), acks);
            if (producer.ReportsPlaces) Assert.Equal(records.Count, acks.Count);
            sent.AddRange(records);
        }
        return sent;
    }

    private static string Topic(ClientDriver producer, string codec) => $"packages-{producer.Name}-{codec}";
}
