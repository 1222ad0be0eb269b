using System.Text;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>acks 0, 1 and all, and the idempotent producers.</summary>
public sealed class AcknowledgementTests(NodeFixture fixture) : IClassFixture<NodeFixture>
{
    private const int Partitions = 3;
    private const int Count = 600;

    public static TheoryData<string, string> ClientsAndAcks
    {
        get
        {
            var rows = new TheoryData<string, string>();
            foreach (var client in ClientDrivers.All)
            {
                foreach (var acks in new[] { "0", "1", "all" }) rows.Add(client.Name, acks);
            }
            return rows;
        }
    }

    [SkippableTheory]
    [MemberData(nameof(ClientsAndAcks))]
    public async Task Records_arrive_whatever_acknowledgement_the_client_asks_for(string name, string acks)
    {
        var client = await ClientDrivers.RequireAsync(name);
        var node = await fixture.NodeAsync();
        var topic = $"acks-{name}-{acks}";
        await TopicAdmin.CreateAsync(node, topic, Partitions);
        var sent = Records(topic);
        var told = new AckLog();

        await client.ProduceAsync(node.Broker, sent, new ProduceOptions(Acks: acks), told);

        var received = await client.ConsumeAsync(node.Broker, [topic], Count);
        RoundTrip.IsComplete(sent, received);
        if (client.ReportsPlaces && acks != "0") RoundTrip.HasAllAcknowledged(sent, told, received);
    }

    [SkippableTheory]
    [InlineData("kcat")]
    [InlineData("confluent-kafka")]
    [InlineData("librdkafka")]
    public async Task An_idempotent_producer_writes_each_record_once(string name)
    {
        var client = await ClientDrivers.RequireAsync(name);
        var node = await fixture.NodeAsync();
        var topic = $"idempotent-{name}";
        await TopicAdmin.CreateAsync(node, topic, Partitions);
        var sent = Records(topic);

        await client.ProduceAsync(node.Broker, sent, new ProduceOptions(IsIdempotent: true), new AckLog());

        RoundTrip.IsComplete(sent, await client.ConsumeAsync(node.Broker, [topic]));
    }

    private static List<KafkaRecord> Records(string topic) =>
        [.. Enumerable.Range(0, Count).Select(i =>
            KafkaRecord.ToSend(topic, i % Partitions, Encoding.UTF8.GetBytes($"key {i % 10}"), Encoding.UTF8.GetBytes($"value {i}")))];
}
