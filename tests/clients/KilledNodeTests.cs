using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>kill -9 of the node in the middle of producing.</summary>
public sealed class KilledNodeTests
{
    private const int Partitions = 4;
    private const int Count = 12_000;
    private const int RecordsPerSecond = 3_000;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("confluent-kafka", "zstd")]
    [InlineData("librdkafka", "none")]
    public async Task An_idempotent_producer_loses_nothing_and_doubles_nothing(string name, string codec)
    {
        var producer = await ClientDrivers.RequireAsync(name);
        await using var node = await NodeProcess.StartAsync();
        var sent = await RecordsAsync("killed");
        await TopicAdmin.CreateAsync(node, "killed", Partitions);
        var acks = new AckLog();

        var options = new ProduceOptions(codec, "all", IsIdempotent: true, RecordsPerSecond);
        var producing = producer.ProduceAsync(node.Broker, sent, options, acks);
        await KillTwiceAsync(node, producing, acks);

        Assert.Equal(Count, acks.Count);
        var received = await producer.ConsumeAsync(node.Broker, ["killed"]);
        RoundTrip.IsComplete(sent, received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
    }

    [SkippableTheory]
    [InlineData("kafka-python", "lz4")]
    [InlineData("kafkajs", "gzip")]
    public async Task Every_record_that_was_acknowledged_outlives_the_node(string name, string codec)
    {
        var producer = await ClientDrivers.RequireAsync(name);
        await using var node = await NodeProcess.StartAsync();
        var sent = await RecordsAsync("killed");
        await TopicAdmin.CreateAsync(node, "killed", Partitions);
        var acks = new AckLog();

        var options = new ProduceOptions(codec, "all", IsIdempotent: false, RecordsPerSecond);
        var producing = producer.ProduceAsync(node.Broker, sent, options, acks);
        await KillTwiceAsync(node, producing, acks);

        var received = await producer.ConsumeAsync(node.Broker, ["killed"]);
        RoundTrip.OffsetsHaveNoGaps(received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
        var known = sent.Select(Fingerprint.Of).ToHashSet();
        Assert.All(received, record => Assert.Contains(Fingerprint.Of(record), known)); // a retry may double, never invent
    }

    [SkippableFact]
    public async Task A_node_that_is_asked_to_stop_ends_cleanly_and_keeps_everything()
    {
        var producer = await ClientDrivers.RequireAsync("librdkafka");
        await using var node = await NodeProcess.StartAsync();
        var sent = await RecordsAsync("stopped");
        await TopicAdmin.CreateAsync(node, "stopped", Partitions);
        var acks = new AckLog();

        var options = new ProduceOptions("none", "all", IsIdempotent: true, RecordsPerSecond);
        var producing = producer.ProduceAsync(node.Broker, sent, options, acks);
        await ReachAsync(Count / 2, producing, acks);
        Assert.Equal(0, await node.StopAsync());
        await node.StartAgainAsync();
        await producing;

        var received = await producer.ConsumeAsync(node.Broker, ["stopped"]);
        RoundTrip.IsComplete(sent, received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
    }

    private static async Task KillTwiceAsync(NodeProcess node, Task producing, AckLog acks)
    {
        foreach (var acknowledged in new[] { Count / 4, Count / 2 })
        {
            await ReachAsync(acknowledged, producing, acks);
            Assert.False(producing.IsCompleted, "all was produced before the node was killed");
            await node.KillAsync();
            await node.StartAgainAsync();
        }
        await producing;
    }

    /// <summary>Waits for so many acknowledgements, or for the end of a producer that fails.</summary>
    private static async Task ReachAsync(int count, Task producing, AckLog acks)
    {
        var reached = acks.ReachesAsync(count);
        if (await Task.WhenAny(reached, producing).WaitAsync(Patience) == producing) await producing;
        await reached;
    }

    private static async Task<List<KafkaRecord>> RecordsAsync(string topic) =>
        [.. (await PackageIndex.EntriesAsync()).Take(Count)
            .Select((entry, i) => KafkaRecord.ToSend(topic, i % Partitions, entry.Name, entry.Stanza))];
}
