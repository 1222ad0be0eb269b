using System.Text.Json;
using ActorBroker.MultiNode.Roles;
using Akka.Remote.Testing;
using Akka.TestKit.MultiNode;
using Xunit.Abstractions;

namespace ActorBroker.MultiNode.Support;

/// <summary>The nodes of a spec, each a process of its own on this machine, numbered from 1. None runs until it is started.</summary>
internal sealed class Cluster : IAsyncDisposable
{
    /// <summary>For what takes a moment on an idle machine.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    /// <summary>Setting for specs in which nobody is to be expelled: on a busy machine the default of 15 s may pass before the spec goes on.</summary>
    public const string NobodyIsExpelled = "akka.cluster.split-brain-resolver.stable-after = 60s";

    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(100);

    private readonly string _folder = Directory.CreateTempSubdirectory("actorbroker-multinode-").FullName;

    private readonly List<ClusterNode> _strangers = [];

    private Cluster(int nodes, string config)
    {
        Config = config;
        Nodes = [.. Enumerable.Range(1, nodes).Select(id => new ClusterNode(this, id, FormattableString.Invariant($"node-{id}"), _folder))];
    }

    public Conductor Conductor { get; } = Conductor.Start();

    public IReadOnlyList<ClusterNode> Nodes { get; }

    /// <summary>HOCON of all nodes.</summary>
    public string Config { get; }

    /// <param name="id">From 1 on.</param>
    public ClusterNode this[int id] => Nodes[id - 1];

    /// <summary>Runs a spec with so many nodes. When it fails, the last lines of each node's output go to the test's.</summary>
    public static async Task RunAsync(int nodes, ITestOutputHelper output, Func<Cluster, Task> spec, string config = "")
    {
        await using var cluster = new Cluster(nodes, config);
        try
        {
            await spec(cluster);
        }
        catch
        {
            foreach (var node in cluster.Nodes.Concat(cluster._strangers))
            {
                output.WriteLine($"=== {node.Role}, Kafka port {node.KafkaPort}, Akka port {node.AkkaPort}\n{node.Process.Tail()}");
            }

            throw;
        }
    }

    /// <summary>A process that is none of <see cref="Nodes"/>, with ports and a folder of its own; not started.</summary>
    /// <param name="nodeId">May be one that is taken.</param>
    public ClusterNode AddStranger(int nodeId, params string[] seeds)
    {
        var stranger = new ClusterNode(this, nodeId, FormattableString.Invariant($"stranger-{nodeId}"), _folder) { Seeds = seeds };
        _strangers.Add(stranger);
        return stranger;
    }

    /// <summary>Starts nodes, all when none is named, at the same time, and waits until they serve clients.</summary>
    public Task StartAsync(params int[] ids)
    {
        var starting = (ids.Length == 0 ? Nodes : ids.Select(id => this[id])).ToList();
        starting.ForEach(node => node.Launch());
        return Task.WhenAll(starting.Select(node => node.ReadyAsync(Patience)));
    }

    public Task Kill9Async(int id) => this[id].Process.KillAsync();

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    public async Task StopAsync(int id) => Assert.Equal(0, await this[id].Process.StopAsync(Patience));

    /// <summary>SIGSTOP.</summary>
    public void Pause(int id) => this[id].Process.Pause();

    /// <summary>SIGCONT.</summary>
    public void Resume(int id) => this[id].Process.Resume();

    /// <summary>Stops a node that runs, and starts it on the same data and ports.</summary>
    public async Task RestartAsync(int id)
    {
        if (this[id].Process.IsRunning)
        {
            await StopAsync(id);
        }

        await StartAsync(id);
    }

    /// <summary>Cuts the network between two nodes, or from one to the other (<see cref="FaultDirection.Send"/>).</summary>
    public Task BlackholeAsync(int id, int other, FaultDirection direction = FaultDirection.Both) =>
        Conductor.BlackholeAsync(this[id].Role, this[other].Role, direction);

    public Task DelayAsync(int id, int other, FaultDirection direction, TimeSpan delay) => Conductor.DelayAsync(this[id].Role, this[other].Role, direction, delay);

    public Task PassThroughAsync(int id, int other, FaultDirection direction = FaultDirection.Both) =>
        Conductor.PassThroughAsync(this[id].Role, this[other].Role, direction);

    /// <summary>Cuts the network between each of these nodes and each of the others.</summary>
    public Task CutOffAsync(params int[] ids) => AcrossAsync(ids, (id, other) => BlackholeAsync(id, other));

    /// <summary>Ends what <see cref="CutOffAsync"/> began.</summary>
    public Task RejoinAsync(params int[] ids) => AcrossAsync(ids, (id, other) => PassThroughAsync(id, other));

    /// <summary>Asks each node that is up again and again, until the condition holds on all. A node that cannot be asked does not fulfil it.</summary>
    /// <param name="what">What is waited for, for the failure's message.</param>
    public async Task AwaitAllAsync(Func<ClusterNode, Task<bool>> condition, string what, TimeSpan? timeout = null)
    {
        using var patience = new CancellationTokenSource(timeout ?? Patience);
        using var timer = new PeriodicTimer(PollInterval);
        while (true)
        {
            var failing = new List<string>();
            foreach (var node in Nodes.Where(node => node.IsUp))
            {
                try
                {
                    if (!await condition(node))
                    {
                        failing.Add(node.Role);
                    }
                }
                catch (Exception cause) when (cause is MultiNodeException or IOException or System.Net.Sockets.SocketException)
                {
                    failing.Add($"{node.Role} ({cause.Message})");
                }
            }

            if (failing.Count == 0)
            {
                return;
            }

            try
            {
                await timer.WaitForNextTickAsync(patience.Token);
            }
            catch (OperationCanceledException)
            {
                throw new MultiNodeException($"{what}: not so on {string.Join(", ", failing)} after {(timeout ?? Patience).TotalSeconds} s");
            }
        }
    }

    /// <summary>Waits until all nodes that are up see the cluster so. The failure's message has what they saw last.</summary>
    public async Task AwaitImagesAsync(Func<ImageSummary, bool> condition, string what, TimeSpan? timeout = null)
    {
        var seen = new SortedDictionary<int, ImageSummary>();
        try
        {
            await AwaitAllAsync(async node => condition(seen[node.Id] = await node.ImageAsync()), what, timeout);
        }
        catch (MultiNodeException cause)
        {
            throw new MultiNodeException($"{cause.Message}\n{string.Join('\n', seen.Select(pair => $"node {pair.Key} sees {JsonSerializer.Serialize(pair.Value)}"))}", cause);
        }
    }

    /// <summary>Waits until all nodes that are up see the same cluster.</summary>
    public Task AwaitSameImagesAsync()
    {
        var first = Nodes.First(node => node.IsUp);
        return AwaitAllAsync(async node => JsonSerializer.Serialize(await node.ImageAsync()) == JsonSerializer.Serialize(await first.ImageAsync()), "all see the same");
    }

    /// <summary>Waits until these nodes keep the metadata: what happens to a minority of them stops nothing. Nodes are members before they have votes.</summary>
    public Task AwaitVotersAsync(params int[] ids)
    {
        IEnumerable<int> voters = [.. ids.Order()];
        return AwaitAllAsync(async node => voters.SequenceEqual(await node.VotersAsync()), $"the votes are with {string.Join(", ", ids)}");
    }

    /// <summary>Waits until Akka.Cluster on all nodes that are up has these members, and hears them all.</summary>
    public Task AwaitMembersAsync(params int[] ids)
    {
        IEnumerable<string> members = [.. ids.Select(id => this[id].AkkaAddress).Order(StringComparer.Ordinal)];
        return AwaitAllAsync(async node => members.SequenceEqual(await node.MembersAsync()), $"the members are {string.Join(", ", ids)} alone");
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var node in Nodes.Concat(_strangers))
        {
            await node.Process.DisposeAsync();
        }

        Conductor.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private async Task AcrossAsync(int[] ids, Func<int, int, Task> change)
    {
        foreach (var id in ids)
        {
            foreach (var other in Nodes.Select(node => node.Id).Except(ids))
            {
                await change(id, other);
            }
        }
    }
}
