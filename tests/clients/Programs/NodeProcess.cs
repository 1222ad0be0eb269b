using System.Globalization;

namespace ActorBroker.Clients.Acceptance.Programs;

/// <summary>A broker node as a process of its own: it can be killed and started again on the same port and data.</summary>
internal sealed class NodeProcess : IAsyncDisposable
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly IReadOnlyList<string> _settings;
    private ChildProcess? _process;

    private NodeProcess(IReadOnlyList<string> settings) => _settings = settings;

    public int Port { get; private set; }

    /// <summary>What clients bootstrap from.</summary>
    public string Broker => $"127.0.0.1:{Port.ToString(CultureInfo.InvariantCulture)}";

    public string Output => _process?.Output ?? "";

    public bool IsRunning => _process is { HasExited: false };

    /// <param name="settings">path=value, as after --set.</param>
    public static async Task<NodeProcess> StartAsync(params string[] settings)
    {
        var node = new NodeProcess(settings);
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

    /// <summary>Starts the node on the port and the data it had before.</summary>
    public async Task StartAgainAsync()
    {
        Assert.False(IsRunning);
        var ready = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        string[] arguments =
        [
            "exec", Path.Combine(AppContext.BaseDirectory, "actorbroker-node.dll"),
            "--node-id", "1", "--data", Path.Combine(_folder.Path, "data"),
            "--kafka-port", Port.ToString(CultureInfo.InvariantCulture), "--http-port", "0", "--akka-port", "0",
            .. _settings.SelectMany(setting => new[] { "--set", setting }),
        ];
        if (_process is not null) await _process.DisposeAsync();
        _process = ChildProcess.Start("dotnet", arguments, line =>
        {
            if (PortOf(line) is { } port) ready.TrySetResult(port);
        }, workingFolder: _folder.Path); // where no broker.hocon lies about
        var exit = _process.ExitAsync(StartPatience);
        if (await Task.WhenAny(ready.Task, exit) != ready.Task)
        {
            var reason = exit.IsCompletedSuccessfully ? $"ended with {await exit}" : "is not ready";
            throw new InvalidOperationException($"The node {reason}. Its output:\n{Output}");
        }
        Port = await ready.Task;
    }

    /// <summary>kill -9.</summary>
    public Task KillAsync() => _process!.KillAsync();

    /// <summary>SIGTERM, as a service manager stops it.</summary>
    /// <returns>The exit code.</returns>
    public async Task<int> StopAsync()
    {
        await _process!.TerminateAsync();
        return await _process.ExitAsync(TimeSpan.FromSeconds(30));
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null) await _process.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>"ready node=1 kafka=127.0.0.1:9092 ..." is the line that says so.</summary>
    private static int? PortOf(string line)
    {
        if (!line.StartsWith("ready ", StringComparison.Ordinal)) return null;
        var kafka = line.Split(' ').First(word => word.StartsWith("kafka=", StringComparison.Ordinal));
        return int.Parse(kafka[(kafka.LastIndexOf(':') + 1)..], CultureInfo.InvariantCulture);
    }
}
