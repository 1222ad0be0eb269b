using System.Diagnostics;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Partitions;

/// <summary>A whole node with many partitions. The benchmark <c>partitions</c> does the same with 20,000.</summary>
/// <remarks>Alone in the process: what the heap holds for others would count, too.</remarks>
[Collection(nameof(SleepScaleTests))]
[CollectionDefinition(nameof(SleepScaleTests), DisableParallelization = true)]
public sealed class SleepScaleTests
{
    private const int Partitions = 2000;
    private const int BytesPerPartitionMax = 4 * 1024;
    private static readonly TimeSpan StartMax = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    [Fact]
    public async Task Two_thousand_partitions_cost_little_asleep_and_a_node_that_was_stopped_is_soon_back_with_them()
    {
        using var folder = new TemporaryFolder();
        var options = new BrokerNodeOptions { DataFolder = folder.Path, Set = ["broker.partition.idle-timeout=1d"] };
        await using (var node = await BrokerNode.StartAsync(options))
        {
            await using var client = await KafkaClient.ConnectAsync(node);
            await client.CreateTopicAsync("warm-up", partitions: 100);
            await ProduceAsync(client, "warm-up", 100);
            await FallAsleepAsync(node);
            var before = GC.GetTotalMemory(forceFullCollection: true);
            await client.CreateTopicAsync("many", Partitions);
            await CostLittleAsync(node, before);

            await ProduceAsync(client, "many", Partitions);
            await FallAsleepAsync(node);
            await CostLittleAsync(node, before);
        }

        var started = Stopwatch.StartNew();
        await using var again = await BrokerNode.StartAsync(options);
        Assert.InRange(started.Elapsed, TimeSpan.Zero, StartMax);
        Assert.Empty(Awake(again));

        await using var back = await KafkaClient.ConnectAsync(again);
        Assert.Equal(1, await back.ProduceAsync("many", 1234, "more"));
        Assert.Equal(["a", "more"], await back.ConsumeAsync("many", 1234));
        Assert.Single(Awake(again));
        await ProduceAsync(back, "many", Partitions);
    }

    /// <summary>The actors of partitions that have closed their files may take a moment to be gone.</summary>
    private static async Task CostLittleAsync(BrokerNode node, long before)
    {
        var partitions = node.System.ActorSelection("/user/broker/partitions");
        using var patience = new CancellationTokenSource(Patience);
        long bytes;
        do
        {
            await partitions.Ask<ActorIdentity>(new Identify(0), Patience);
            bytes = PerPartition(before);
        }
        while (bytes > BytesPerPartitionMax && !patience.IsCancellationRequested);
        Assert.InRange(bytes, 0, BytesPerPartitionMax);
    }

    private static long PerPartition(long before) => Math.Max(0, GC.GetTotalMemory(forceFullCollection: true) - before) / Partitions;

    private static async Task ProduceAsync(KafkaClient client, string topic, int partitions)
    {
        var answer = await client.AskAsync<ProduceResponse>(
            new ProduceRequest
            {
                Acks = -1,
                TimeoutMs = 30_000,
                TopicData = [new() { Name = topic, PartitionData = [.. Enumerable.Range(0, partitions).Select(number => new ProduceRequest.PartitionProduceData { Index = number, Records = KafkaRequests.Batch("a") })] }],
            },
            9);
        Assert.All(answer.Responses[0].PartitionResponses, partition => Assert.Equal(ErrorCode.None, (ErrorCode)partition.ErrorCode));
    }

    /// <summary>Names of the partitions that have open files.</summary>
    private static List<string> Awake(BrokerNode node)
    {
        using var self = Process.GetCurrentProcess();
        return [.. Directory.EnumerateFiles($"/proc/{self.Id}/fd")
            .Select(file => new FileInfo(file).LinkTarget)
            .Where(target => target is not null && target.StartsWith(Path.Combine(node.DataFolder, "partitions", "many"), StringComparison.Ordinal))
            .Select(target => Path.GetFileName(Path.GetDirectoryName(target))!)
            .Distinct()];
    }

    private static async Task FallAsleepAsync(BrokerNode node)
    {
        var partitions = node.System.ActorSelection("/user/broker/partitions");
        using var patience = new CancellationTokenSource(Patience);
        do
        {
            for (var i = 0; i <= PartitionsActor.TicksPerTimeout; i++)
            {
                partitions.Tell(IdleTick.Instance);
            }

            await partitions.Ask<ActorIdentity>(new Identify(0), Patience);
            patience.Token.ThrowIfCancellationRequested();
        }
        while (Awake(node).Count > 0);
    }
}
