using System.Text;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>Consumer groups with committed offsets.</summary>
public sealed class GroupTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int Partitions = 3;
    private const int Count = 300;

    [SkippableTheory]
    [MemberData(nameof(ClientDrivers.Names), MemberType = typeof(ClientDrivers))]
    public async Task A_restarted_member_continues_exactly_behind_the_committed_offsets(string name)
    {
        var client = await ClientDrivers.RequireAsync(name);
        var node = await fixture.NodeAsync();
        var topic = $"group-{name}";
        var sent = await ProduceAsync(client, node, topic);

        var first = await client.ConsumeInGroupAsync(node.Broker, $"{name}-members", topic, Count / 2);
        var second = await client.ConsumeInGroupAsync(node.Broker, $"{name}-members", topic, Count / 2);

        RoundTrip.IsComplete(sent, [.. first, .. second]);
    }

    [SkippableTheory]
    [InlineData("kafka-python")]
    [InlineData("kafkajs")]
    [InlineData("confluent-kafka")]
    public async Task Committed_offsets_are_listed_and_outlive_a_killed_node(string name)
    {
        var client = (ScriptDriver)await ClientDrivers.RequireAsync(name);
        await using var node = await NodeProcess.StartAsync();
        var topic = $"committed-{name}";
        await ProduceAsync(client, node, topic);
        await client.ConsumeInGroupAsync(node.Broker, "listed", topic, Count);

        await node.KillAsync();
        await node.StartAgainAsync();

        var committed = await client.AdministerAsync(node.Broker, "action=offsets", "group=listed", $"topic={topic}");
        Assert.Equal(Enumerable.Range(0, Partitions).Select(p => $"committed {topic} {p} {Count / Partitions}"), committed.Order());
        Assert.Contains("group listed", await client.AdministerAsync(node.Broker, "action=groups"));
    }

    [SkippableTheory]
    [InlineData("confluent-kafka", "kafka-python")]
    [InlineData("kafka-python", "confluent-kafka")]
    [InlineData("kafkajs", "kafkajs")]
    public async Task Two_members_share_the_partitions(string firstName, string secondName)
    {
        var first = (ScriptDriver)await ClientDrivers.RequireAsync(firstName);
        var second = (ScriptDriver)await ClientDrivers.RequireAsync(secondName);
        var node = await fixture.NodeAsync();
        var (topic, group) = ($"shared-{firstName}", $"{firstName}-shared");
        await TopicAdmin.CreateAsync(node, topic, 4);
        await using var one = await first.JoinGroupAsync(node.Broker, group, topic, Count / 2);
        await one.AssignedAsync(4);
        await using var other = await second.JoinGroupAsync(node.Broker, group, topic, Count / 2);
        await Task.WhenAll(one.AssignedAsync(2), other.AssignedAsync(2));

        var sent = Records(topic, 4);
        await first.ProduceAsync(node.Broker, sent, new ProduceOptions(), new AckLog());

        await Task.WhenAll(one.DoneAsync(), other.DoneAsync());
        RoundTrip.IsComplete(sent, [.. await one.LeaveAsync(), .. await other.LeaveAsync()]);
    }

    private static async Task<List<KafkaRecord>> ProduceAsync(ClientDriver client, NodeProcess node, string topic)
    {
        await TopicAdmin.CreateAsync(node, topic, Partitions);
        var sent = Records(topic, Partitions);
        await client.ProduceAsync(node.Broker, sent, new ProduceOptions(), new AckLog());
        return sent;
    }

    private static List<KafkaRecord> Records(string topic, int partitions) =>
        [.. Enumerable.Range(0, Count).Select(i => KafkaRecord.ToSend(topic, i % partitions, null, Encoding.UTF8.GetBytes($"value {i}")))];
}
