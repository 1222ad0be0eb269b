using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Akka.Remote.Testing;

namespace Akka.TestKit.MultiNode;

/// <summary>Leads the processes of a test, from the process of the test: tells each <see cref="RoleAgent"/> what to run, opens barriers,
/// and cuts and slows the network between them. Roles end when it is disposed or its process ends.</summary>
/// <remarks>Any thread. What takes too long, or is asked of a role that is not there, fails with a <see cref="MultiNodeException"/>.</remarks>
public sealed class Conductor : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly ConcurrentDictionary<string, ConductedRole> _roles = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, RoleAddress> _addresses = new(StringComparer.Ordinal);
    private readonly Lock _lock = new();
    private TaskCompletionSource _changed = NewChange();

    private Conductor()
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync();
    }

    /// <summary>What roles connect to, on this machine.</summary>
    public int Port { get; }

    public static Conductor Start() => new();

    public bool IsConnected(string role) => _roles.ContainsKey(role);

    /// <summary>Waits until the role's process has connected.</summary>
    public Task ConnectedAsync(string role, TimeSpan? timeout = null) =>
        AwaitAsync(() => IsConnected(role), timeout ?? Patience, () => $"role {role} has not connected; there are: {Names(_roles.Keys)}");

    /// <summary>Has a role run a command, and waits for the result.</summary>
    /// <param name="args">Becomes JSON.</param>
    public async Task<JsonElement> RunOnAsync(string role, string command, object? args = null, TimeSpan? timeout = null)
    {
        if (!_roles.TryGetValue(role, out var conducted))
        {
            throw new MultiNodeException($"{role}: {command} cannot run, the role is not connected; there are: {Names(_roles.Keys)}");
        }

        return await conducted.RunAsync(command, args, timeout ?? Patience).ConfigureAwait(false);
    }

    /// <summary>Waits until all these roles are at the barrier, then opens it for them.</summary>
    public async Task BarrierAsync(string name, IReadOnlyCollection<string> roles, TimeSpan? timeout = null)
    {
        string[] Missing() => [.. roles.Where(role => !_roles.TryGetValue(role, out var one) || !one.IsAt(name))];
        await AwaitAsync(() => Missing().Length == 0, timeout ?? Patience, () => $"barrier {name}: {Names(Missing())} did not come").ConfigureAwait(false);
        foreach (var role in roles)
        {
            await _roles[role].ReleaseAsync(name).ConfigureAwait(false);
        }
    }

    /// <summary>Cuts the network as <paramref name="role"/> sees it: with Send nothing gets from it to the other, with Receive nothing gets
    /// from the other to it. Both processes are told, as far as they run, so that neither sees the other's connections end.</summary>
    public Task BlackholeAsync(string role, string other, FaultDirection direction = FaultDirection.Both) =>
        BothEndsAsync(role, other, new FaultCommand("blackhole", "", 0, direction, 0));

    /// <summary>Slows the network; see <see cref="RemoteFaults"/>. <paramref name="role"/> alone holds up what it sends and receives.</summary>
    public Task DelayAsync(string role, string other, FaultDirection direction, TimeSpan delay) =>
        FaultAsync(role, other, new FaultCommand("delay", "", 0, direction, delay.TotalMilliseconds));

    /// <summary>Ends blackholes and delays between the two.</summary>
    public Task PassThroughAsync(string role, string other, FaultDirection direction = FaultDirection.Both) =>
        BothEndsAsync(role, other, new FaultCommand("pass", "", 0, direction, 0));

    public void Dispose()
    {
        _listener.Dispose();
        foreach (var role in _roles.Values)
        {
            role.Dispose();
        }
    }

    private async Task BothEndsAsync(string role, string other, FaultCommand command)
    {
        if (!IsConnected(role) && !IsConnected(other))
        {
            throw new MultiNodeException($"neither {role} nor {other} is connected; there are: {Names(_roles.Keys)}");
        }

        var opposite = command.Direction switch
        {
            FaultDirection.Send => FaultDirection.Receive,
            FaultDirection.Receive => FaultDirection.Send,
            _ => command.Direction,
        };
        if (IsConnected(role))
        {
            await FaultAsync(role, other, command).ConfigureAwait(false);
        }

        if (IsConnected(other))
        {
            await FaultAsync(other, role, command with { Direction = opposite }).ConfigureAwait(false);
        }
    }

    private async Task FaultAsync(string role, string other, FaultCommand command)
    {
        if (!_addresses.TryGetValue(other, out var address))
        {
            throw new MultiNodeException($"{other} has never told its address, so {role} cannot have faults towards it; known are: {Names(_addresses.Keys)}");
        }

        await RunOnAsync(role, FaultCommand.Name, command with { Host = address.Host, Port = address.Port }).ConfigureAwait(false);
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            try
            {
                _ = ServeAsync(await _listener.AcceptTcpClientAsync().ConfigureAwait(false));
            }
            catch (Exception ended) when (ended is ObjectDisposedException or SocketException or InvalidOperationException)
            {
                return;
            }
        }
    }

    private async Task ServeAsync(TcpClient tcp)
    {
        using var lines = new JsonLines(tcp);
        if (await lines.ReadAsync().ConfigureAwait(false) is not { Kind: Kinds.Hello, Name: { } name })
        {
            return;
        }

        using var role = new ConductedRole(name, lines);
        _roles[name] = role;
        Changed();
        while (await lines.ReadAsync().ConfigureAwait(false) is { } line)
        {
            if (line is { Kind: Kinds.Address, Body: { } address })
            {
                _addresses[name] = address.Deserialize<RoleAddress>()!;
            }
            else
            {
                role.Take(line);
            }

            Changed();
        }

        // A new process may play the role already.
        _roles.TryRemove(new KeyValuePair<string, ConductedRole>(name, role));
        Changed();
    }

    private async Task AwaitAsync(Func<bool> holds, TimeSpan timeout, Func<string> complaint)
    {
        using var patience = new CancellationTokenSource(timeout);
        while (true)
        {
            Task changed;
            lock (_lock)
            {
                changed = _changed.Task;
            }

            if (holds())
            {
                return;
            }

            try
            {
                await changed.WaitAsync(patience.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                throw new MultiNodeException($"{complaint()} (waited {timeout.TotalSeconds} s)");
            }
        }
    }

    private void Changed()
    {
        TaskCompletionSource changed;
        lock (_lock)
        {
            (changed, _changed) = (_changed, NewChange());
        }

        changed.TrySetResult();
    }

    private static TaskCompletionSource NewChange() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Order(StringComparer.Ordinal)) is { Length: > 0 } text ? text : "none";
}
