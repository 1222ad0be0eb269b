using System.Globalization;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>The retry of a request that was written but not acknowledged.</summary>
public sealed class LostAnswerTests
{
    private const int Partitions = 4;
    private const int Count = 6_000;
    private const int RecordsPerSecond = 2_000;

    /// <summary>Makes for at least 300 requests, of which the tests lose some answers by number.</summary>
    private const int BatchRecordsMax = 20;

    [SkippableTheory]
    [InlineData("confluent-kafka", "none")]
    [InlineData("librdkafka", "lz4")]
    public Task A_retry_of_a_written_request_is_not_written_again(string name, string codec) =>
        RunAsync(name, codec, new HashSet<int> { 10, 50, 120, 200 }, killNode: false);

    [SkippableTheory]
    [InlineData("confluent-kafka", "snappy")]
    [InlineData("librdkafka", "none")]
    public Task A_retry_is_not_written_again_by_a_node_that_was_killed_in_between(string name, string codec) =>
        RunAsync(name, codec, new HashSet<int> { 40, 160 }, killNode: true);

    private static async Task RunAsync(string name, string codec, HashSet<int> lose, bool killNode)
    {
        var producer = await ClientDrivers.RequireAsync(name);
        await using var proxy = new AnswerLosingProxy(lose);
        await using var node = await NodeProcess.StartAsync(
            string.Create(CultureInfo.InvariantCulture, $"broker.kafka.advertised-port={proxy.Port}"));
        proxy.PassTo(node.Port, whenLost: async () =>
        {
            if (!killNode) return;
            await node.KillAsync();
            await node.StartAgainAsync();
        });
        await TopicAdmin.CreateAsync(node, "retried", Partitions);
        var sent = (await PackageIndex.EntriesAsync()).Take(Count)
            .Select((entry, i) => KafkaRecord.ToSend("retried", i % Partitions, entry.Name, entry.Stanza)).ToList();
        var acks = new AckLog();
        var broker = string.Create(CultureInfo.InvariantCulture, $"127.0.0.1:{proxy.Port}");

        var options = new ProduceOptions(codec, "all", IsIdempotent: true, RecordsPerSecond, BatchRecordsMax);
        await producer.ProduceAsync(broker, sent, options, acks);

        Assert.Equal(lose.Count, proxy.AnswersLost);
        var received = await producer.ConsumeAsync(broker, ["retried"]);
        RoundTrip.IsComplete(sent, received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
    }
}
