using System.Text;
using System.Text.Json;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>Topics through the clients' own administration, metadata and offset queries.</summary>
public sealed class AdministrationTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    [SkippableTheory]
    [InlineData("kafka-python")]
    [InlineData("kafkajs")]
    [InlineData("confluent-kafka")]
    public async Task A_topic_is_created_listed_described_and_deleted(string name)
    {
        var client = (ScriptDriver)await ClientDrivers.RequireAsync(name);
        var broker = (await fixture.NodeAsync()).Broker;
        var topic = $"admin-{name}";

        await client.AdministerAsync(broker, "action=create", $"topic={topic}", "partitions=5");
        Assert.Contains($"topic {topic}", await client.AdministerAsync(broker, "action=list"));
        Assert.Contains("partitions 5", await client.AdministerAsync(broker, "action=describe", $"topic={topic}"));

        await client.AdministerAsync(broker, "action=delete", $"topic={topic}");
        Assert.DoesNotContain($"topic {topic}", await client.AdministerAsync(broker, "action=list"));
    }

    [SkippableTheory]
    [InlineData("kafka-python")]
    [InlineData("kafkajs")]
    [InlineData("confluent-kafka")]
    public async Task A_topic_made_again_under_its_old_name_is_empty(string name)
    {
        var client = (ScriptDriver)await ClientDrivers.RequireAsync(name);
        var broker = (await fixture.NodeAsync()).Broker;
        var topic = $"again-{name}";
        KafkaRecord[] old = [KafkaRecord.ToSend(topic, 0, null, Encoding.UTF8.GetBytes("old"))];
        KafkaRecord[] fresh = [KafkaRecord.ToSend(topic, 0, null, Encoding.UTF8.GetBytes("new"))];

        await client.AdministerAsync(broker, "action=create", $"topic={topic}", "partitions=1");
        await client.ProduceAsync(broker, old, new ProduceOptions(), new AckLog());
        await client.AdministerAsync(broker, "action=delete", $"topic={topic}");
        await client.AdministerAsync(broker, "action=create", $"topic={topic}", "partitions=1");
        await client.ProduceAsync(broker, fresh, new ProduceOptions(), new AckLog());

        RoundTrip.IsComplete(fresh, await client.ConsumeAsync(broker, [topic]));
    }

    [SkippableFact]
    public async Task Metadata_names_the_leader_of_every_partition()
    {
        var kcat = await ClientDrivers.RequireAsync("kcat");
        var node = await fixture.NodeAsync();
        await TopicAdmin.CreateAsync(node, "metadata", 7);

        using var metadata = JsonDocument.Parse(await KcatDriver.RunAsync("-b", node.Broker, "-L", "-J", "-t", "metadata"));

        Assert.Equal(node.Broker, metadata.RootElement.GetProperty("brokers")[0].GetProperty("name").GetString());
        var topic = metadata.RootElement.GetProperty("topics").EnumerateArray().Single();
        var leaders = topic.GetProperty("partitions").EnumerateArray().Select(partition => partition.GetProperty("leader").GetInt32());
        Assert.Equal(Enumerable.Repeat(1, 7), leaders);
        Assert.Equal("kcat", kcat.Name);
    }

    [SkippableTheory]
    [MemberData(nameof(ClientDrivers.Names), MemberType = typeof(ClientDrivers))]
    public async Task A_topic_appears_when_a_client_produces_to_it(string name)
    {
        var client = await ClientDrivers.RequireAsync(name);
        var broker = (await fixture.NodeAsync()).Broker;
        KafkaRecord[] sent = [KafkaRecord.ToSend($"appears-{name}", 0, null, Encoding.UTF8.GetBytes("first"))];

        await client.ProduceAsync(broker, sent, new ProduceOptions(), new AckLog());

        RoundTrip.IsComplete(sent, await client.ConsumeAsync(broker, [$"appears-{name}"]));
    }

    [SkippableFact]
    public async Task Offsets_are_found_by_timestamp()
    {
        await ClientDrivers.RequireAsync("kcat");
        var producer = await ClientDrivers.RequireAsync("kafka-python");
        var node = await fixture.NodeAsync();
        await TopicAdmin.CreateAsync(node, "times", 1);
        var start = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds() - 1_000_000;
        var sent = Enumerable.Range(0, 2_000)
            .Select(i => KafkaRecord.ToSend("times", 0, null, Encoding.UTF8.GetBytes($"{i}"), start + (i * 100))).ToList();
        await producer.ProduceAsync(node.Broker, sent, new ProduceOptions("gzip"), new AckLog());

        Assert.Equal(0, await OffsetAsync(node, -2));
        Assert.Equal(2_000, await OffsetAsync(node, -1));
        Assert.Equal(0, await OffsetAsync(node, start - 5));
        Assert.Equal(1_234, await OffsetAsync(node, start + 123_400));
        Assert.Equal(1_235, await OffsetAsync(node, start + 123_401));
        Assert.Equal(1_999, await OffsetAsync(node, start + 199_900));
    }

    private static async Task<long> OffsetAsync(NodeProcess node, long timestamp)
    {
        var answer = await KcatDriver.RunAsync("-b", node.Broker, "-Q", "-t", $"times:0:{timestamp}");
        return long.Parse(answer[(answer.LastIndexOf(' ') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
    }
}
