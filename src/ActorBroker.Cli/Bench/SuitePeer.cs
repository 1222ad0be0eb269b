using System.Globalization;
using ActorBroker.Cli.Client;

namespace ActorBroker.Cli.Bench;

/// <summary>A broker that the suite measures.</summary>
/// <param name="Name">Over its column.</param>
/// <param name="Process">Its process on this machine; null when it was not named.</param>
internal sealed record SuitePeer(string Name, Cluster Cluster, BrokerProcess? Process) : IAsyncDisposable
{
    /// <summary>Reads <c>NAME=HOST:PORT</c> with <c>,PID</c> behind it where the process is on this machine.</summary>
    /// <exception cref="UsageException">It is something else.</exception>
    /// <exception cref="CliException">The process cannot be read.</exception>
    public static SuitePeer Parse(string text, ClientOptions options)
    {
        var parts = text.Split('=', 2);
        if (parts is not [{ Length: > 0 } name, { Length: > 0 } rest]) throw Wrong();
        var comma = rest.LastIndexOf(',');
        BrokerProcess? process = null;
        if (comma >= 0)
        {
            if (!int.TryParse(rest.AsSpan(comma + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var id)) throw Wrong();
            process = BrokerProcess.Open(id);
            rest = rest[..comma];
        }

        return new SuitePeer(name, new Cluster(BrokerAddress.ParseList(rest), options), process);

        UsageException Wrong() => new($"--peer '{text}' is not NAME=HOST:PORT, or NAME=HOST:PORT,PID for a broker on this machine");
    }

    public ValueTask DisposeAsync() => Cluster.DisposeAsync();
}
