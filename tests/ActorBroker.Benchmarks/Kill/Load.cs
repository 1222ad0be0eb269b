using System.Collections.Concurrent;
using ActorBroker.Benchmarks.Cluster;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>Everybody who uses the node while it is killed: producers, readers, a group, and those who create and delete.</summary>
internal sealed class Load
{
    /// <summary>Segments, so that they roll and go all the time.</summary>
    public const int SegmentBytes = 1 << 20;

    private const long RetentionBytes = 4 << 20;

    private readonly ConcurrentDictionary<long, int> _producerIds = new();
    private readonly List<Worker> _workers = [];
    private readonly int _port;
    private readonly int _seed;
    private int _producers;

    public Load(int port, int seed)
    {
        (_port, _seed) = (port, seed);
        var shared = Add("orders", 0, LoadShape.Small, LoadShape.Small, LoadShape.Careless);
        var mixed = Add("orders", 1, LoadShape.Careless, LoadShape.Large);
        Add("events", 0, LoadShape.Large, LoadShape.LargeCareless);
        Add("events", 1, LoadShape.LargeCareless, LoadShape.Small);
        var trimmed = Add("trimmed", 0, LoadShape.Small, LoadShape.Careless);
        Add("kept", 0, LoadShape.Slow, LoadShape.Slow);
        _workers.AddRange([new GroupReader(port, "billing", shared), new GroupReader(port, "shipping", mixed)]);
        _workers.Add(new RecordsDeleter(port, trimmed, seed));
        _workers.AddRange([new TopicChurner(port, ++_producers, "brief-1", seed + 1), new TopicChurner(port, ++_producers, "brief-2", seed + 2)]);
    }

    public List<PartitionLedger> Ledgers { get; } = [];

    public int Commits => _workers.OfType<GroupReader>().Sum(reader => reader.Commits);

    public int TopicsCreated => _workers.OfType<TopicChurner>().Sum(churner => churner.Created);

    public static async Task CreateTopicsAsync(int port, CancellationToken end)
    {
        using var client = await KafkaClient.ConnectAsync(port, end);
        var request = new CreateTopicsRequest
        {
            TimeoutMs = 30_000,
            Topics = [Topic("orders", 2, RetentionBytes), Topic("events", 2, RetentionBytes), Topic("trimmed", 1, null), Topic("kept", 1, null)],
        };
        foreach (var topic in (await client.AskAsync<CreateTopicsResponse>(request, end)).Topics)
        {
            Answers.Demand(topic.ErrorCode, $"the creation of topic {topic.Name}");
        }
    }

    /// <summary>Works until it is told to end, or until the first of them finds a broken promise.</summary>
    public async Task RunAsync(CancellationToken end)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(end);
        Task[] running = [.. _workers.Select(worker => Task.Run(() => worker.RunAsync(ending.Token), CancellationToken.None))];
        await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running);
    }

    private PartitionLedger Add(string topic, int partition, params LoadShape[] producers)
    {
        var ledger = new PartitionLedger(new TopicPartition(topic, partition)) { IsTrimmed = topic is "orders" or "events" };
        Ledgers.Add(ledger);
        _workers.Add(new LogReader(_port, ledger));
        foreach (var shape in producers)
        {
            _producers++;
            _workers.Add(new LoadProducer(_port, _producers, ledger, shape, _producerIds, _seed + _producers));
        }

        return ledger;
    }

    private static CreateTopicsRequest.CreatableTopic Topic(string name, int partitions, long? retentionBytes) => new()
    {
        Name = name,
        NumPartitions = partitions,
        ReplicationFactor = 1,
        Configs = retentionBytes is { } bytes ? [new() { Name = "retention.bytes", Value = bytes.ToString(System.Globalization.CultureInfo.InvariantCulture) }] : [],
    };
}
