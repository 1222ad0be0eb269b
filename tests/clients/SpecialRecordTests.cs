using System.Text;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>The records at the edges: null and empty, one byte and a megabyte, headers of every kind.</summary>
public sealed class SpecialRecordTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int Megabyte = 1 << 20;

    [SkippableTheory]
    [MemberData(nameof(ClientDrivers.Pairs), MemberType = typeof(ClientDrivers))]
    public async Task Records_at_the_edges_come_back(string producerName, string consumerName)
    {
        var producer = await ClientDrivers.RequireAsync(producerName);
        var consumer = await ClientDrivers.RequireAsync(consumerName);
        var sent = await fixture.ProducedOnceAsync(producer, () => ProduceAsync(producer));
        var topics = producer.Codecs.Intersect(consumer.Codecs).Select(codec => Topic(producer, codec)).ToList();

        var received = await consumer.ConsumeAsync((await fixture.NodeAsync()).Broker, topics);

        RoundTrip.IsComplete([.. sent.Where(record => topics.Contains(record.Topic))], received);
    }

    [SkippableTheory]
    [InlineData("kafka-python")]
    [InlineData("kafkajs")]
    [InlineData("confluent-kafka")]
    [InlineData("librdkafka")]
    public async Task A_record_above_the_limit_is_refused_and_the_next_one_is_stored(string name)
    {
        var client = await ClientDrivers.RequireAsync(name);
        var node = await fixture.NodeAsync();
        var topic = $"limit-{name}";
        await TopicAdmin.CreateAsync(node, topic, 1, "max.message.bytes=100000");
        KafkaRecord[] large = [KafkaRecord.ToSend(topic, 0, null, Noise(200_000))];
        KafkaRecord[] small = [KafkaRecord.ToSend(topic, 0, null, Noise(1_000))];

        await Assert.ThrowsAnyAsync<Xunit.Sdk.XunitException>(
            () => client.ProduceAsync(node.Broker, large, new ProduceOptions(), new AckLog()));
        await client.ProduceAsync(node.Broker, small, new ProduceOptions(), new AckLog());

        RoundTrip.IsComplete(small, await client.ConsumeAsync(node.Broker, [topic]));
    }

    private async Task<IReadOnlyList<KafkaRecord>> ProduceAsync(ClientDriver producer)
    {
        var node = await fixture.NodeAsync();
        var sent = new List<KafkaRecord>();
        foreach (var codec in producer.Codecs)
        {
            var topic = Topic(producer, codec);
            await TopicAdmin.CreateAsync(node, topic, 1, "max.message.bytes=4194304");
            var records = SpecialRecords(topic, producer.SetsTimestamps).Where(producer.CanSend).ToList();
            await producer.ProduceAsync(node.Broker, records, new ProduceOptions(codec), new AckLog());
            sent.AddRange(records);
        }
        return sent;
    }

    private static string Topic(ClientDriver producer, string codec) => $"special-{producer.Name}-{codec}";

    private static IEnumerable<KafkaRecord> SpecialRecords(string topic, bool setsTimestamps)
    {
        var time = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        KafkaRecord Record(byte[]? key, byte[]? value, params RecordHeader[] headers) =>
            KafkaRecord.ToSend(topic, 0, key, value, setsTimestamps ? time++ : -1, headers);

        yield return Record(Bytes("key"), Bytes("value"));
        yield return Record(null, Bytes("no key"));
        yield return Record([], Bytes("empty key"));
        yield return Record(Bytes("empty value"), []);
        yield return Record([], []);
        yield return Record(null, []);
        yield return Record(null, [0x61]);
        yield return Record([0], [0]);
        yield return Record(Bytes("every byte"), [.. Enumerable.Range(0, 256).Select(n => (byte)n)]);
        yield return Record(Bytes("all the same"), Enumerable.Repeat((byte)'=', 50_000).ToArray());
        yield return Record(Bytes("1 MB of noise"), [.. Noise(Megabyte).Select(n => (byte)(n | 0x80))]);
        yield return Record(Bytes("1 MB of text"), Bytes(string.Concat(Enumerable.Repeat("0123456789abcde\n", Megabyte / 16))));
        yield return Record([.. Noise(10_000).Select(n => (byte)(n | 0x80))], Bytes("a long key"));
        yield return Record(Bytes("deleted"), null);
        yield return Record([], null);
        yield return Record(null, null);
        yield return Record(Bytes("one header"), Bytes("v"), Header("source", "tests"));
        yield return Record(Bytes("more headers"), Bytes("v"), Header("a", "1"), Header("b", "2"), Header("größe", "ß€𝄞"));
        yield return Record(Bytes("a repeated header"), Bytes("v"), Header("h", "1"), Header("h", "2"), Header("h", "1"));
        yield return Record(Bytes("an empty header"), Bytes("v"), Header("h", ""));
        yield return Record(Bytes("a header without a value"), Bytes("v"), new RecordHeader("h", null), Header("i", "1"));
        yield return Record(Bytes("a large header"), Bytes("v"), Header("h", new string('x', 20_000)));
        yield return Record(Bytes("deleted, with a header"), null, Header("why", "gone"));
        yield return Record(Bytes("the last"), Bytes("one"));
    }

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static RecordHeader Header(string name, string value) => new(name, Encoding.UTF8.GetBytes(value));

    /// <summary>Bytes that no codec makes smaller; the same ones each time.</summary>
    private static byte[] Noise(int count)
    {
        var bytes = new byte[count];
        new Random(count).NextBytes(bytes);
        return bytes;
    }
}
