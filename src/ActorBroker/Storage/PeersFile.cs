using System.Globalization;
using System.Text;
using ActorBroker.Log.Files;
using ActorBroker.Messages;

namespace ActorBroker.Storage;

/// <summary>The other nodes of the cluster as this one knew them last: whom it asks for admission when it is started again, so that no node
/// founds a second cluster because its configuration names no other.</summary>
/// <remarks><code>cluster.peers   one line a node: number, space, Akka address</code></remarks>
internal static class PeersFile
{
    private const string Name = "cluster.peers";

    /// <returns>Empty when there is none; lines that cannot be read are left out: the file is only advice.</returns>
    public static IReadOnlyList<(NodeId Node, string Address)> Read(ILogFiles files, string dataFolder)
    {
        var peers = new List<(NodeId, string)>();
        if (files.ReadAll(Path.Combine(dataFolder, Name)) is not { } bytes)
        {
            return peers;
        }

        foreach (var line in Encoding.UTF8.GetString(bytes).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries))
        {
            var space = line.IndexOf(' ', StringComparison.Ordinal);
            if (space > 0 && int.TryParse(line.AsSpan(0, space), NumberStyles.None, CultureInfo.InvariantCulture, out var node)
                && Akka.Actor.Address.TryParse(line[(space + 1)..], out var address) && address.HasGlobalScope)
            {
                peers.Add((new NodeId(node), address.ToString()));
            }
        }

        return peers;
    }

    public static void Write(ILogFiles files, string dataFolder, IEnumerable<(NodeId Node, string Address)> peers) =>
        files.Replace(Path.Combine(dataFolder, Name), Encoding.UTF8.GetBytes(string.Concat(peers.Select(peer => $"{peer.Node} {peer.Address}\n"))));

    /// <summary>Whom a node asks for admission.</summary>
    /// <param name="configured">Come first. A node that is the first of them founds the cluster when nobody has one.</param>
    /// <param name="self">The node's own address; null when it is not known before it listens.</param>
    public static IReadOnlyList<string> Seeds(IReadOnlyList<string> configured, IReadOnlyList<(NodeId Node, string Address)> peers, NodeId node, string? self)
    {
        if (peers.Count == 0)
        {
            return configured;
        }

        var known = peers.OrderBy(peer => peer.Node.Value).Select(peer => peer.Address);
        // Without configuration somebody has to be the first when all are started again: the lowest number.
        var first = configured.Count == 0 && self is not null && peers.All(peer => node.Value < peer.Node.Value) ? [self] : configured;
        return [.. first.Concat(known).Distinct()];
    }
}
