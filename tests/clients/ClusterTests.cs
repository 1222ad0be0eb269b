using System.Text;
using ActorBroker.Clients.Acceptance.Drivers;
using ActorBroker.Clients.Acceptance.Programs;
using ActorBroker.Clients.Acceptance.Records;

namespace ActorBroker.Clients.Acceptance;

/// <summary>Clients of three nodes, of which one after the other goes and comes back.</summary>
public sealed class ClusterTests
{
    private const int Partitions = 6;
    private const int Count = 30_000;
    private const int RecordsPerSecond = 1_500;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [SkippableTheory]
    [InlineData("confluent-kafka", "zstd")]
    [InlineData("librdkafka", "none")]
    public async Task An_idempotent_producer_notices_nothing_of_a_rolling_restart(string name, string codec)
    {
        var producer = await ClientDrivers.RequireAsync(name);
        await using var cluster = await ThreeNodes.StartAsync();
        var sent = Records("rolling");
        await TopicAdmin.CreateAsync(cluster[0], "rolling", Partitions);
        var acks = new AckLog();

        var producing = producer.ProduceAsync(cluster.Brokers, sent, new ProduceOptions(codec, "all", IsIdempotent: true, RecordsPerSecond), acks);
        await RestartAllAsync(cluster, producing, acks);
        await producing;

        var received = await producer.ConsumeAsync(cluster.Brokers, ["rolling"]);
        RoundTrip.IsComplete(sent, received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
    }

    [SkippableTheory]
    [InlineData("kafka-python", "lz4")]
    public async Task Every_record_that_was_acknowledged_outlives_a_rolling_restart(string name, string codec)
    {
        var producer = await ClientDrivers.RequireAsync(name);
        await using var cluster = await ThreeNodes.StartAsync();
        var sent = Records("rolling");
        await TopicAdmin.CreateAsync(cluster[0], "rolling", Partitions);
        var acks = new AckLog();

        var producing = producer.ProduceAsync(cluster.Brokers, sent, new ProduceOptions(codec, "all", IsIdempotent: false, RecordsPerSecond), acks);
        await RestartAllAsync(cluster, producing, acks);
        await producing;

        var received = await producer.ConsumeAsync(cluster.Brokers, ["rolling"]);
        RoundTrip.OffsetsHaveNoGaps(received);
        RoundTrip.HasAllAcknowledged(sent, acks, received);
    }

    [SkippableTheory]
    [MemberData(nameof(ClientDrivers.Names), MemberType = typeof(ClientDrivers))]
    public async Task A_group_goes_on_behind_its_offsets_when_each_node_has_left_in_turn(string name)
    {
        var client = await ClientDrivers.RequireAsync(name);
        await using var cluster = await ThreeNodes.StartAsync();
        await TopicAdmin.CreateAsync(cluster[0], "shared", Partitions);
        var sent = Records("shared")[..300];
        await client.ProduceAsync(cluster.Brokers, sent, new ProduceOptions(), new AckLog());

        List<KafkaRecord> received = [];
        foreach (var node in cluster.Nodes)
        {
            received.AddRange(await client.ConsumeInGroupAsync(cluster.Brokers, "travelling", "shared", sent.Count / 3));
            Assert.Equal(0, await node.StopAsync());
            await node.StartAgainAsync();
        }

        RoundTrip.IsComplete(sent, received);
    }

    private static async Task RestartAllAsync(ThreeNodes cluster, Task producing, AckLog acks)
    {
        for (var i = 0; i < cluster.Nodes.Count; i++)
        {
            var reached = acks.ReachesAsync((i + 1) * Count / 15);
            if (await Task.WhenAny(reached, producing).WaitAsync(Patience) == producing) await producing;
            // On a slow machine the last one may go when all is written.
            Assert.True(i == cluster.Nodes.Count - 1 || !producing.IsCompleted, "all was produced before the nodes were restarted");
            Assert.Equal(0, await cluster[i].StopAsync());
            await cluster[i].StartAgainAsync();
        }
    }

    private static List<KafkaRecord> Records(string topic) =>
        [.. Enumerable.Range(0, Count).Select(i => KafkaRecord.ToSend(topic, i % Partitions, Encoding.UTF8.GetBytes($"key {i}"), Encoding.UTF8.GetBytes($"value {i}")))];

    private sealed class ThreeNodes : IAsyncDisposable
    {
        private const string Settings = "broker.cluster.balance-delay=1s";
        private readonly List<NodeProcess> _nodes = [];

        public List<NodeProcess> Nodes => _nodes;

        public string Brokers => string.Join(',', _nodes.Select(node => node.Broker));

        public NodeProcess this[int index] => _nodes[index];

        public static async Task<ThreeNodes> StartAsync()
        {
            var cluster = new ThreeNodes();
            try
            {
                cluster._nodes.Add(await NodeProcess.StartAsync(Settings));
                Task<NodeProcess>[] joining = [NodeProcess.JoinAsync(cluster[0], 2, Settings), NodeProcess.JoinAsync(cluster[0], 3, Settings)];
                await Task.WhenAny(Task.WhenAll(joining)); // one that failed must not hide the other, which runs
                cluster._nodes.AddRange(joining.Where(node => node.IsCompletedSuccessfully).Select(node => node.Result));
                await Task.WhenAll(joining);
                return cluster;
            }
            catch
            {
                await cluster.DisposeAsync();
                throw;
            }
        }

        public async ValueTask DisposeAsync()
        {
            foreach (var node in _nodes) await node.DisposeAsync();
        }
    }
}
