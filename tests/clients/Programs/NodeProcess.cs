using System.Collections.Concurrent;
using System.Globalization;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>A broker node as a process of its own: it can be killed and started again on the same port and data.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private static readonly ConcurrentDictionary<string, string> AkkaAddresses = new();

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<string> _settings;
    private readonly IReadOnlyList<string> _seeds;
    private readonly int _id;
    private ChildProcess? _process;

    private NodeProcess(IReadOnlyList<string> settings, int id = 1, params IReadOnlyList<string> seeds) => (_settings, _id, _seeds) = (settings, id, seeds);

    public int Port { get; private set; }

    public int AkkaPort { get; private set; }

    /// <summary>What native clients start from.</summary>
    public string AkkaAddress => $"akka.tcp://ActorBroker@127.0.0.1:{AkkaPort.ToString(CultureInfo.InvariantCulture)}";

    public int ProcessId => _process!.Id;

    /// <summary>What clients bootstrap from.</summary>
    public string Broker => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    public string Output => _process?.Output ?? "";

    public bool IsRunning => _process is { HasExited: false };

    /// <param name="settings">path=value, as after --set.</param>
    public static Task<NodeProcess> StartAsync(params string[] settings) => StartAsync(new NodeProcess(settings));

    /// <summary>Starts another node of the cluster that a node is in.</summary>
    public static Task<NodeProcess> JoinAsync(NodeProcess seed, int id, params string[] settings) =>
        StartAsync(new NodeProcess(settings, id, seed.AkkaAddress));

    private static async Task<NodeProcess> StartAsync(NodeProcess node)
    {
        try
        {
            await node.StartAgainAsync();
        }
        catch
        {
            await node.DisposeAsync();
            throw;
        }
        return node;
    }

    /// <summary>The other door of the node whose Kafka door that is; of several, of the first.</summary>
    public static string AkkaAddressOf(string broker) => AkkaAddresses[broker.Split(',')[0]];

    /// <summary>Starts the node on the port and the data it had before.</summary>
    public async Task StartAgainAsync()
    {
        Assert.False(IsRunning);
        var ready = new TaskCompletionSource<(int Kafka, int Akka)>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "actorbroker-node.dll"),
            "--node-id", _id.ToString(CultureInfo.InvariantCulture), "--data", Path.Combine(_folder.Path, "data"),
            "--kafka-port", Port.ToString(CultureInfo.InvariantCulture), "--http-port", "0",
            "--akka-port", AkkaPort.ToString(CultureInfo.InvariantCulture),
            .. _seeds.SelectMany(seed => new[] { "--seed", seed }),
            .. _settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        if (_process is not null) await _process.DisposeAsync();
        _process = ChildProcess.Start("dotnet", arguments, line =>
        {
            if (PortOf(line, "kafka") is { } kafka && PortOf(line, "akka") is { } akka) ready.TrySetResult((kafka, akka));
        }, workingFolder: _folder.Path); // where no broker.hocon lies about
        var exit = _process.ExitAsync(StartPatience);
        if (await Task.WhenAny(ready.Task, exit) != ready.Task)
        {
            var reason = exit.IsCompletedSuccessfully ? $"ended with {await exit}" : "is not ready";
            throw new InvalidOperationException($"The node {reason}. Its output:\n{Output}");
        }
        (Port, AkkaPort) = await ready.Task;
        AkkaAddresses[Broker] = AkkaAddress;
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await _process!.TerminateAsync();
        return await _process.ExitAsync(TimeSpan.FromSeconds(60));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>"ready node=1 kafka=127.0.0.1:9092 akka=akka.tcp://ActorBroker@127.0.0.1:2551 ..." is the line that says so.</summary>
    private static int? PortOf(string line, string door)
    {
        if (!line.StartsWith("ready ", StringComparison.Ordinal)) return null;
        var word = line.Split(' ').First(word => word.StartsWith(door + "=", StringComparison.Ordinal));
        return int.Parse(word[(word.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }
}
