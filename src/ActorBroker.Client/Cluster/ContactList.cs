using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace ActorBroker.Client.Cluster;

/// <summary>In which order nodes are tried: the one that answered last, the others of the view, the contact points. For a group: first
/// the one that coordinated it when it was last asked.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class ContactList(ImmutableArray<string> contactPoints)
{
    /// <summary>A tool may look at every group there is; a consumer has a few.</summary>
    private const int CoordinatorsMax = 10_000;

    private readonly ConcurrentDictionary<string, string> _coordinators = new(StringComparer.Ordinal);
    private volatile string? _lastGood;

    /// <summary>Addresses, each once; at least one.</summary>
    /// <param name="group">The group that the request is about; null: none.</param>
    public ImmutableArray<string> InOrder(ClusterView view, string? group = null)
    {
        var all = view.Nodes.Values.Where(node => node.AkkaAddress.Length > 0).OrderBy(node => node.Id.Value).Select(node => node.AkkaAddress)
            .Concat(contactPoints).Distinct(StringComparer.Ordinal).ToList();
        var first = group is null ? null : _coordinators.GetValueOrDefault(group);
        foreach (var good in new[] { _lastGood, first })
        {
            if (good is not null && all.Remove(good))
            {
                all.Insert(0, good);
            }
        }

        return [.. all];
    }

    /// <summary>The node there has answered.</summary>
    public void Remember(string address) => _lastGood = address;

    /// <summary>The node there coordinates the group.</summary>
    public void RememberCoordinator(string group, string address)
    {
        if (_coordinators.Count >= CoordinatorsMax)
        {
            _coordinators.Clear();
        }

        _coordinators[group] = address;
    }
}
