using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Akka.Actor;
using Akka.Remote.Testing;

namespace Akka.TestKit.MultiNode;

/// <summary>A role's end of the line to the <see cref="Conductor"/>, in the process that plays the role: runs the commands it is told.</summary>
/// <remarks>Commands run side by side, each on a thread of the pool.</remarks>
public sealed class RoleAgent : IDisposable
{
    private static readonly TimeSpan BarrierPatience = TimeSpan.FromSeconds(60);

    private readonly ConcurrentDictionary<string, Func<JsonElement, Task<object?>>> _commands = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, TaskCompletionSource> _barriers = new(StringComparer.Ordinal);
    private readonly JsonLines _lines;
    private volatile bool _isDisposed;

    private RoleAgent(string role, JsonLines lines)
    {
        Role = role;
        _lines = lines;
        Register("enter", async args =>
        {
            await EnterAsync(args.GetProperty("name").GetString()!).ConfigureAwait(false);
            return null;
        });
    }

    public string Role { get; }

    /// <summary>Says hello to the conductor. Register the commands, then <see cref="RunAsync"/>.</summary>
    /// <param name="conductorPort">On this machine.</param>
    /// <exception cref="SocketException">No conductor is there.</exception>
    public static async Task<RoleAgent> ConnectAsync(string role, int conductorPort)
    {
        var tcp = new TcpClient();
        try
        {
            await tcp.ConnectAsync(IPAddress.Loopback, conductorPort).ConfigureAwait(false);
            var lines = new JsonLines(tcp);
            await lines.WriteAsync(new Line(Kinds.Hello, Name: role)).ConfigureAwait(false);
            return new RoleAgent(role, lines);
        }
        catch
        {
            tcp.Dispose();
            throw;
        }
    }

    /// <summary>Names a command. What it returns goes back as JSON; what it throws, as the reason of a failure.</summary>
    public void Register(string command, Func<JsonElement, Task<object?>> handler) => _commands[command] = handler;

    /// <summary>Tells where the role's system listens, and has the conductor's faults go into it.</summary>
    /// <exception cref="InvalidOperationException">The system takes no faults (<c>akka.remote.testing.faults</c>).</exception>
    public async Task AttachAsync(ActorSystem system)
    {
        var faults = RemoteFaults.For(system);
        Register(FaultCommand.Name, args =>
        {
            args.Deserialize<FaultCommand>()!.Apply(faults);
            return Task.FromResult<object?>(null);
        });
        var address = ((ExtendedActorSystem)system).Provider.DefaultAddress;
        await _lines.WriteAsync(new Line(Kinds.Address, Body: JsonLines.ToElement(new RoleAddress(address.Host!, address.Port!.Value)))).ConfigureAwait(false);
    }

    /// <summary>Waits until the conductor opens the barrier.</summary>
    /// <exception cref="TimeoutException">It does not.</exception>
    public async Task EnterAsync(string barrier)
    {
        var released = _barriers.GetOrAdd(barrier, _ => new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        await _lines.WriteAsync(new Line(Kinds.Entered, Name: barrier)).ConfigureAwait(false);
        try
        {
            await released.Task.WaitAsync(BarrierPatience).ConfigureAwait(false);
        }
        catch (TimeoutException late)
        {
            throw new TimeoutException($"{Role}: barrier {barrier} was not opened within {BarrierPatience.TotalSeconds} s", late);
        }
    }

    /// <summary>Runs commands until the conductor has gone, or this agent is disposed.</summary>
    /// <returns>True: the conductor has gone; the process has nothing left to do and must end, whatever its state.</returns>
    public async Task<bool> RunAsync()
    {
        while (await _lines.ReadAsync().ConfigureAwait(false) is { } line)
        {
            switch (line.Kind)
            {
                case Kinds.Run:
                    _ = Task.Run(() => AnswerAsync(line));
                    break;
                case Kinds.Released when _barriers.TryRemove(line.Name!, out var barrier):
                    barrier.TrySetResult();
                    break;
            }
        }

        return !_isDisposed;
    }

    public void Dispose()
    {
        _isDisposed = true;
        _lines.Dispose();
    }

    private async Task AnswerAsync(Line line)
    {
        Line answer;
        try
        {
            var result = _commands.TryGetValue(line.Name!, out var handler)
                ? await handler(line.Body ?? default).ConfigureAwait(false)
                : throw new MultiNodeException($"no such command; there are {string.Join(", ", _commands.Keys.Order(StringComparer.Ordinal))}");
            answer = new Line(Kinds.Result, line.Id, Body: JsonLines.ToElement(result));
        }
        catch (Exception failed)
        {
            // The test that has asked decides what a failure means.
            answer = new Line(Kinds.Result, line.Id, Error: $"{failed.GetType().Name}: {failed.Message}");
        }

        try
        {
            await _lines.WriteAsync(answer).ConfigureAwait(false);
        }
        catch (IOException)
        {
            // The conductor has gone, and the reader sees that too.
        }
    }
}

/// <summary>What a role is told to do to its network.</summary>
/// <param name="Kind">blackhole, delay or pass.</param>
internal sealed record FaultCommand(string Kind, string Host, int Port, FaultDirection Direction, double DelayMs)
{
    public const string Name = "network-fault";

    public void Apply(RemoteFaults faults)
    {
        switch (Kind)
        {
            case "blackhole":
                faults.Blackhole(Host, Port, Direction);
                break;
            case "delay":
                faults.Delay(Host, Port, Direction, TimeSpan.FromMilliseconds(DelayMs));
                break;
            case "pass":
                faults.PassThrough(Host, Port, Direction);
                break;
            default:
                throw new MultiNodeException($"no such fault: {Kind}");
        }
    }
}
