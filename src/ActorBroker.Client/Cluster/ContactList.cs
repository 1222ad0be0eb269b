using System.Collections.Immutable;

namespace ActorBroker.Client.Cluster;

/// <summary>In which order nodes are tried: the one that answered last, the others of the view, the contact points.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class ContactList(ImmutableArray<string> contactPoints)
{
    private volatile string? _lastGood;

    /// <summary>Addresses, each once; at least one.</summary>
    public ImmutableArray<string> InOrder(ClusterView view)
    {
        var all = view.Nodes.Values.Where(node => node.AkkaAddress.Length > 0).OrderBy(node => node.Id.Value).Select(node => node.AkkaAddress)
            .Concat(contactPoints).Distinct(StringComparer.Ordinal).ToList();
        if (_lastGood is { } good && all.Remove(good))
        {
            all.Insert(0, good);
        }

        return [.. all];
    }

    /// <summary>The node there has answered.</summary>
    public void Remember(string address) => _lastGood = address;
}
