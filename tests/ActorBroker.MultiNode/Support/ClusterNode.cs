using System.Text.Json;
using ActorBroker.Controller;
using ActorBroker.MultiNode.Roles;
using ActorBroker.Tests.Support;
using Akka.TestKit.MultiNode;

namespace ActorBroker.MultiNode.Support;

/// <summary>One node of a <see cref="Cluster"/>: a process, a data folder and two ports that stay the same from start to start.</summary>
internal sealed class ClusterNode
{
    private readonly Cluster _cluster;
    private readonly string _configFile;

    /// <param name="role">Also the name of its folder.</param>
    public ClusterNode(Cluster cluster, int id, string role, string folder)
    {
        _cluster = cluster;
        Id = id;
        Role = role;
        Folder = Directory.CreateDirectory(Path.Combine(folder, Role)).FullName;
        _configFile = Path.Combine(Folder, "node.hocon");
        Process = RoleProcess.Create(Role, "broker", cluster.Conductor, Folder, "--config", _configFile);
    }

    /// <summary>From 1 on.</summary>
    public int Id { get; }

    /// <summary>What the conductor calls it.</summary>
    public string Role { get; }

    public int AkkaPort { get; } = FreePorts.Take();

    public int KafkaPort { get; } = FreePorts.Take();

    public string AkkaAddress => FormattableString.Invariant($"akka.tcp://ActorBroker@127.0.0.1:{AkkaPort}");

    /// <summary>With its settings, its output and, in <see cref="DataFolder"/>, what it keeps.</summary>
    public string Folder { get; }

    public string DataFolder => Path.Combine(Folder, "data");

    /// <summary>HOCON that counts from the next start on, above the cluster's.</summary>
    public string Config { get; set; } = "";

    /// <summary>Akka addresses of whom it asks for admission; null: all nodes of the cluster.</summary>
    public IReadOnlyList<string>? Seeds { get; set; }

    public MultiNodeProcess Process { get; }

    /// <summary>The process runs, and is not stopped.</summary>
    public bool IsUp => Process.IsRunning && !Process.IsPaused;

    public void Launch()
    {
        File.WriteAllText(_configFile, $$"""
            broker {
              node-id = {{Id}}
              data-dir = "{{DataFolder}}"
              kafka { host = "127.0.0.1", port = {{KafkaPort}} }
              http.port = -1
            }
            akka {
              loglevel = INFO
              remote {
                testing.faults = on
                dot-netty.tcp { hostname = "127.0.0.1", port = {{AkkaPort}} }
              }
              cluster.seed-nodes = [{{string.Join(", ", (Seeds ?? [.. _cluster.Nodes.Select(node => node.AkkaAddress)]).Select(address => '"' + address + '"'))}}]
            }
            {{_cluster.Config}}
            {{Config}}
            """);
        Process.Start();
    }

    /// <summary>Waits until the node serves clients.</summary>
    public async Task ReadyAsync(TimeSpan timeout)
    {
        using var over = new CancellationTokenSource();
        var connecting = _cluster.Conductor.ConnectedAsync(Role, timeout);
        var ended = Process.EndAsync(timeout, over.Token);
        try
        {
            if (await Task.WhenAny(connecting, ended) == ended)
            {
                throw new MultiNodeException($"{Role} ended before it had begun. Its last lines:\n{Process.Tail()}");
            }

            await connecting;
            await RunAsync<string>(BrokerRole.Ready, null, timeout);
        }
        finally
        {
            await over.CancelAsync();
        }
    }

    /// <summary>Has the node's process run a command, see <see cref="BrokerRole"/>.</summary>
    public async Task<T> RunAsync<T>(string command, object? args = null, TimeSpan? timeout = null) =>
        (await _cluster.Conductor.RunOnAsync(Role, command, args, timeout)).Deserialize<T>()!;

    /// <summary>What this node sees of the cluster now.</summary>
    public Task<ImageSummary> ImageAsync() => RunAsync<ImageSummary>(BrokerRole.Image);

    /// <summary>The members that this node's Akka.Cluster knows and hears.</summary>
    public Task<string[]> MembersAsync() => RunAsync<string[]>(BrokerRole.Members);

    /// <summary>Ids of the nodes that keep the metadata with a vote, as the metadata leader says.</summary>
    public Task<int[]> VotersAsync() => RunAsync<int[]>(BrokerRole.Voters);

    /// <summary>How often the node in this process has begun: once, and once more each time that the others expelled it.</summary>
    public Task<int> LivesAsync() => RunAsync<int>(BrokerRole.Lives);

    /// <summary>Creates a topic through this node's controller; when the task ends its partitions have leaders.</summary>
    /// <returns>Null, or the reason why the topic is not ready.</returns>
    public async Task<string?> TryCreateTopicAsync(string name, int partitions = 1, int replicas = -1, TimeSpan? timeout = null)
    {
        var patience = timeout ?? Cluster.Patience;
        var topic = new NewTopic(name, partitions, replicas, (int)patience.TotalMilliseconds);
        var outcome = await RunAsync<string>(BrokerRole.CreateTopic, topic, patience + TimeSpan.FromSeconds(10));
        return outcome == BrokerRole.TopicIsReady ? null : outcome;
    }

    /// <summary>As <see cref="TryCreateTopicAsync"/>, and fails when the topic is not ready. Asks again when the metadata leader has changed, as it
    /// may on a machine that is busy.</summary>
    public async Task CreateTopicAsync(string name, int partitions = 1, int replicas = -1, TimeSpan? timeout = null)
    {
        var refusal = await TryCreateTopicAsync(name, partitions, replicas, timeout);
        if (refusal?.StartsWith(nameof(ControllerError.NotAvailable), StringComparison.Ordinal) == true)
        {
            await _cluster.AwaitAllAsync(async node => node.Id != Id || await IsCreatedAsync(name, partitions, replicas, timeout), $"topic {name} is created");
        }
        else
        {
            Assert.Null(refusal);
        }
    }

    /// <summary>A Kafka client of this node, in the test's process.</summary>
    public Task<KafkaClient> ConnectAsync() => KafkaClient.ConnectAsync("127.0.0.1", KafkaPort);

    private async Task<bool> IsCreatedAsync(string name, int partitions, int replicas, TimeSpan? timeout) =>
        (await ImageAsync()).Topic(name) is { } topic ? topic.IsSettled : await TryCreateTopicAsync(name, partitions, replicas, timeout) is null;
}
