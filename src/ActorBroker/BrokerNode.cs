using ActorBroker.Configuration;
using ActorBroker.Controller;
using ActorBroker.Log.Files;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Transport;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;

namespace ActorBroker;

/// <summary>A broker node inside this process: what the console program starts, and what a test or an application embeds.
/// <code>await using var node = await BrokerNode.StartAsync();   // node.Bootstrap is "127.0.0.1:PORT"</code></summary>
/// <remarks>Any thread. Several may run in one process, each with its own data folder and ports.</remarks>
public sealed class BrokerNode : IAsyncDisposable
{
    private static readonly TimeSpan StartTimeout = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan CloseTimeout = TimeSpan.FromMinutes(1);
    private readonly DataFolder _data;
    private readonly IActorRef _broker;
    private readonly PublishedImage _image;
    private readonly PartitionDirectory _directory;
    private int _isStopping;

    private BrokerNode(ActorSystem system, BrokerSettings settings, DataFolder data, IActorRef broker, PublishedImage image, PartitionDirectory directory, SocketListener listener)
    {
        System = system;
        Settings = settings;
        _data = data;
        _broker = broker;
        _image = image;
        _directory = directory;
        KafkaHost = listener.Host;
        KafkaPort = listener.Port;
    }

    public BrokerSettings Settings { get; }

    public ActorSystem System { get; }

    public int NodeId => Settings.NodeId.Value;

    public string KafkaHost { get; }

    /// <summary>The port that is listened on; never 0.</summary>
    public int KafkaPort { get; }

    /// <summary>What a Kafka client takes as <c>bootstrap.servers</c>.</summary>
    public string Bootstrap => $"{KafkaHost}:{KafkaPort}";

    /// <summary>What an Akka application takes as contact point: <c>akka.tcp://ActorBroker@host:port</c>.</summary>
    public string AkkaAddress => ((ExtendedActorSystem)System).Provider.DefaultAddress.ToString();

    public string DataFolder => _data.Path;

    /// <summary>Ends when the node has stopped, also when it was not asked to: <see cref="WasExpelled"/>.</summary>
    public Task Ended => System.WhenTerminated;

    /// <summary>The others have gone on without this node, which could not be reached for too long. Started again it is one of them again.</summary>
    public bool WasExpelled => Volatile.Read(ref _isStopping) == 0 && CoordinatedShutdown.Get(System).ShutdownReason is CoordinatedShutdown.ClusterDowningReason;

    /// <summary>What this node knows of the cluster; set when the node has been started.</summary>
    internal IClusterMetadata Metadata { get; private set; } = null!;

    /// <summary>Starts a node and waits until it serves clients.</summary>
    /// <exception cref="NodeStartException">A setting, the data folder or a port cannot be used; the message says which and why.</exception>
    public static async Task<BrokerNode> StartAsync(BrokerNodeOptions? options = null, CancellationToken cancellationToken = default)
    {
        options ??= new BrokerNodeOptions();
        var config = NodeConfig.Build(options);
        BrokerSettings settings;
        try
        {
            settings = BrokerSettings.Read(config);
        }
        catch (SettingsException cause)
        {
            throw new NodeStartException(cause.Message, cause);
        }

        var isTemporary = options is { IsEmbedded: true, DataFolder: null } && !SaysDataDir(options);
        var folder = isTemporary ? Path.Combine(Path.GetTempPath(), $"actorbroker-{Guid.NewGuid():N}") : settings.DataDir;
        while (true)
        {
            var data = Storage.DataFolder.Claim(folder, settings.NodeId, isTemporary);
            if (await TryStartAsync(options, config, settings, data, cancellationToken).ConfigureAwait(false) is { } node)
            {
                return node;
            }
        }
    }

    /// <returns>Null: the others went on without this node before it was ready; it has to start again.</returns>
    private static async Task<BrokerNode?> TryStartAsync(
        BrokerNodeOptions options, Config config, BrokerSettings settings, DataFolder data, CancellationToken cancellationToken)
    {
        SocketListener? listener = null;
        ActorSystem? system = null;
        try
        {
            listener = SocketListener.Bind(settings.Kafka.Host, settings.Kafka.Port);
            system = ActorSystem.Create(NodeConfig.SystemName, NodeConfig.WithPeers(config, settings.NodeId, PeersFile.Read(options.Files ?? new DiskFiles(), data.Path)));
            var node = Start(system, settings, data, listener, options);
            var starting = node._broker.Ask<BrokerReady>(AwaitReady.Instance, StartTimeout, cancellationToken);
            if (await Task.WhenAny(starting, node.Ended).ConfigureAwait(false) == node.Ended)
            {
                if (!node.WasExpelled)
                {
                    throw new NodeStartException("the actor system ended before the node was ready; see the log above");
                }

                listener.Dispose();
                data.Dispose();
                return null;
            }

            node.Metadata = (await starting.ConfigureAwait(false)).Metadata;
            return node;
        }
        catch (Exception failed)
        {
            if (system is not null)
            {
                await system.Terminate().ConfigureAwait(false);
            }

            listener?.Dispose();
            data.Dispose();
            if (failed is AskTimeoutException)
            {
                throw new NodeStartException($"the node was not admitted to a cluster, or did not finish recovery, within {StartTimeout}: are its seeds reachable (--seed, akka.cluster.seed-nodes)?", failed);
            }

            if (system is null && failed is not (NodeStartException or OperationCanceledException))
            {
                throw new NodeStartException($"the actor system cannot be started: {Innermost(failed)}", failed);
            }

            throw;
        }
    }

    /// <summary>The node's state in a few numbers, for the health endpoint.</summary>
    public NodeHealth Health()
    {
        var image = _image.Current;
        var routes = _directory.Routes;
        var fenced = routes.Where(route => route.Value.Fenced is not null)
            .Select(route => new FencedPartition(route.Key.ToString(), route.Value.Fenced!)).ToArray();
        return new NodeHealth(
            fenced.Length == 0 && _image.Substitute is null ? "ok" : "degraded",
            NodeId,
            image.ClusterIdText,
            Bootstrap,
            image.Topics.Count,
            image.PartitionCount,
            fenced);
    }

    /// <summary>Stops serving clients, flushes and closes everything.</summary>
    public async Task StopAsync()
    {
        if (Interlocked.Exchange(ref _isStopping, 1) == 1)
        {
            await System.WhenTerminated.ConfigureAwait(false);
            return;
        }

        if (System.WhenTerminated.IsCompleted || CoordinatedShutdown.Get(System).ShutdownReason is not null)
        {
            await System.WhenTerminated.ConfigureAwait(false);
            _data.Dispose();
            return;
        }

        try
        {
            await _broker.Ask<BrokerStopped>(StopBroker.Instance, Settings.Cluster.LeaveTimeout + CloseTimeout).ConfigureAwait(false);
        }
        finally
        {
            await System.Terminate().ConfigureAwait(false);
            _data.Dispose();
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync().ConfigureAwait(false);

    private static BrokerNode Start(ActorSystem system, BrokerSettings settings, DataFolder data, SocketListener listener, BrokerNodeOptions options)
    {
        var storage = new NodeStorage(options.Files ?? new DiskFiles(), data.Path, options.Clock ?? TimeProvider.System);
        NodeStorage.Register(system, storage);
        var cluster = Cluster.Get(system);
        if (cluster.Settings.SeedNodes.IsEmpty)
        {
            cluster.Join(cluster.SelfAddress);
        }

        var random = new Random(options.Seed ?? data.Id.GetHashCode());
        var image = new PublishedImage();
        var directory = new PartitionDirectory();
        var address = new NodeImage(
            settings.NodeId,
            settings.Kafka.AdvertisedHost ?? listener.Host,
            settings.Kafka.AdvertisedPort == 0 ? listener.Port : settings.Kafka.AdvertisedPort,
            settings.Rack,
            cluster.SelfAddress.ToString(),
            FolderId: data.Id);
        var broker = system.ActorOf(Props.Create(() => new BrokerActor(settings, storage, listener, address, image, directory, random)), "broker");
        return new BrokerNode(system, settings, data, broker, image, directory, listener);
    }

    /// <summary>A system that cannot be made says so through whatever made it.</summary>
    private static string Innermost(Exception failed) =>
        failed is System.Reflection.TargetInvocationException { InnerException: { } inner } ? Innermost(inner) : failed.Message;

    private static bool SaysDataDir(BrokerNodeOptions options) =>
        (options.Config?.Contains("data-dir", StringComparison.Ordinal) ?? false)
        || options.Set.Any(setting => setting.StartsWith("broker.data-dir", StringComparison.Ordinal));
}

/// <summary>A node's state.</summary>
/// <param name="Status"><c>ok</c>, or <c>degraded</c> when a partition is fenced, or the node's metadata cannot be written.</param>
public sealed record NodeHealth(
    string Status, int NodeId, string ClusterId, string Kafka, int Topics, int Partitions, IReadOnlyList<FencedPartition> Fenced);

/// <summary>A partition that refuses producers, or everybody, after a storage error.</summary>
public sealed record FencedPartition(string Partition, string Reason);
