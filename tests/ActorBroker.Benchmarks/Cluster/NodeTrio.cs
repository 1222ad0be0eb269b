using System.Globalization;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.MultiNode.Support;

namespace ActorBroker.Benchmarks.Cluster;

/// <summary>Three nodes with empty data folders that are each other's seeds. Nothing of them is left afterwards.</summary>
internal sealed class NodeTrio : IDisposable
{
    public const int Count = 3;

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("actorbroker-bench-");
    private readonly int[] _akkaPorts = [.. Enumerable.Range(0, Count).Select(_ => FreePorts.Take())];
    private readonly int[] _kafkaPorts = [.. Enumerable.Range(0, Count).Select(_ => FreePorts.Take())];
    private readonly NodeProcess?[] _nodes = new NodeProcess?[Count];
    private readonly string[] _settings;
    private readonly string? _logs;

    /// <param name="settings">More settings of all nodes, path=value.</param>
    /// <param name="logs">Folder for what the nodes print; null: it goes with their data.</param>
    public NodeTrio(string[] settings, string? logs) => (_settings, _logs) = (settings, logs);

    /// <param name="id">From 1.</param>
    public NodeProcess this[int id] => _nodes[id - 1] ?? throw new InvalidOperationException($"node {id} does not run");

    public int KafkaPort(int id) => _kafkaPorts[id - 1];

    /// <summary>A node that is not one of these.</summary>
    public static int Other(params int[] ids) => Enumerable.Range(1, Count).First(id => !ids.Contains(id));

    /// <summary>Starts all and waits until all serve.</summary>
    public async Task StartAsync(CancellationToken end)
    {
        for (var id = 1; id <= Count; id++)
        {
            Start(id);
        }

        await Task.WhenAll(_nodes.Select(node => node!.Ready)).WaitAsync(end);
    }

    /// <summary>Starts a node, again if it has run before.</summary>
    public void Start(int id)
    {
        string[] arguments =
        [
            "--node-id", Text(id), "--data", Path.Combine(_folder.FullName, Text(id)), "--http-port", "-1",
            "--akka-port", Text(_akkaPorts[id - 1]), "--kafka-port", Text(_kafkaPorts[id - 1]),
            .. _akkaPorts.SelectMany(port => new[] { "--seed", $"akka.tcp://ActorBroker@127.0.0.1:{Text(port)}" }),
            .. _settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        _nodes[id - 1]?.Dispose();
        _nodes[id - 1] = new NodeProcess(arguments, Path.Combine(_logs ?? _folder.FullName, $"node-{Text(id)}.log"));
    }

    /// <summary>All topics, or one, as a node knows them.</summary>
    public Task<MetadataResponse> MetadataAsync(int id, string? topic, CancellationToken end) =>
        KafkaClient.AskOnceAsync<MetadataResponse>(KafkaPort(id), AboutTopic(topic), end);

    public static MetadataRequest AboutTopic(string? topic) =>
        new() { Topics = topic is null ? null : [new() { Name = topic }], AllowAutoTopicCreation = false };

    /// <summary>Creates a topic through a node, and tries again until somebody has.</summary>
    /// <param name="on">The node that is to hold its only partition; null: the cluster says where.</param>
    public async Task CreateTopicAsync(int id, string name, int partitions, CancellationToken end, int? on = null)
    {
        var topic = on is { } node
            ? new CreateTopicsRequest.CreatableTopic { Name = name, NumPartitions = -1, ReplicationFactor = -1, Assignments = [new() { PartitionIndex = 0, BrokerIds = [node] }] }
            : new() { Name = name, NumPartitions = partitions, ReplicationFactor = 1 };
        var request = new CreateTopicsRequest { Topics = [topic], TimeoutMs = 30_000 };
        while (true)
        {
            var answer = await KafkaClient.AskOnceAsync<CreateTopicsResponse>(KafkaPort(id), request, end);
            if ((ErrorCode)answer.Topics[0].ErrorCode is ErrorCode.None or ErrorCode.TopicAlreadyExists)
            {
                return;
            }

            await Pause.ForAsync(TimeSpan.FromMilliseconds(20), end);
        }
    }

    /// <summary>Waits until a node knows a leader that is there for each partition of a topic.</summary>
    public async Task OnlineAsync(int id, string topic, int partitions, CancellationToken end)
    {
        while (await OfflineAsync(id, topic, partitions, end) > 0)
        {
            await Pause.ForAsync(TimeSpan.FromMilliseconds(50), end);
        }
    }

    public async Task<int> OfflineAsync(int id, string topic, int partitions, CancellationToken end)
    {
        var known = (await MetadataAsync(id, topic, end)).Topics[0].Partitions;
        return partitions - known.Count(partition => partition.LeaderId >= 0);
    }

    public void Dispose()
    {
        foreach (var node in _nodes)
        {
            node?.Dispose();
        }

        _folder.Delete(recursive: true);
    }

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);
}
