using System.Globalization;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Benchmarks.Abuse;

/// <summary>The node that is abused, with a topic that is worth reading.</summary>
internal sealed class AbuseNode : IDisposable
{
    public const string Feed = "feed";
    public const int FeedPartitions = 8;
    private const int BatchesPerPartition = 24;
    private const int BatchBytes = 1_000_000;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorbroker-abuse-");
    private readonly NodeProcess _process;

    private AbuseNode()
    {
        Port = FreePorts.Take();
        string[] arguments =
        [
            "--data", Path.Combine(_folder.FullName, "data"), "--http-port", "-1",
            "--akka-port", Text(FreePorts.Take()), "--kafka-port", Text(Port),
        ];
        _process = new NodeProcess(arguments, Path.Combine(_folder.FullName, "node.log"));
    }

    public int Port { get; }

    /// <summary>Memory of the process that is in use and in the machine's memory.</summary>
    public long ResidentMegabytes => _process.ResidentBytes >> 20;

    public static async Task<AbuseNode> StartAsync(CancellationToken end)
    {
        var node = new AbuseNode();
        try
        {
            await node._process.Ready.WaitAsync(end);
            return node;
        }
        catch
        {
            node.Dispose();
            throw;
        }
    }

    public static async Task CreateTopicAsync(int port, string name, int partitions, CancellationToken end)
    {
        var request = new CreateTopicsRequest { Topics = [new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 }], TimeoutMs = 30_000 };
        var answer = await KafkaClient.AskOnceAsync<CreateTopicsResponse>(port, request, end);
        Require(answer.Topics[0].ErrorCode);
        while ((await KafkaClient.AskOnceAsync<MetadataResponse>(port, NodeTrio.AboutTopic(name), end)).Topics[0].Partitions.Exists(partition => partition.LeaderId < 0))
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(20), end);
        }
    }

    public static void Require(short errorCode)
    {
        if (errorCode != 0)
        {
            throw new InvalidOperationException($"the node answered {(ErrorCode)errorCode}");
        }
    }

    public static ProduceRequest Produce(string topic, int partition, byte[] value)
    {
        var batch = new BatchWriter();
        batch.Add(TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), NullableBytes.Null, value);
        return new ProduceRequest
        {
            Acks = 1,
            TimeoutMs = 30_000,
            TopicData = [new() { Name = topic, PartitionData = [new() { Index = partition, Records = batch.ToArray() }] }],
        };
    }

    public async Task FillAsync(CancellationToken end)
    {
        await CreateTopicAsync(Port, Feed, FeedPartitions, end);
        using var client = await KafkaClient.ConnectAsync(Port, end);
        var value = new byte[BatchBytes];
        new Random(1).NextBytes(value);
        for (var number = 0; number < FeedPartitions * BatchesPerPartition; number++)
        {
            var answer = await client.AskAsync<ProduceResponse>(Produce(Feed, number % FeedPartitions, value), end);
            Require(answer.Responses[0].PartitionResponses[0].ErrorCode);
        }
    }

    public void Dispose()
    {
        _process.Dispose();
        _folder.Delete(recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
