using Akka.Remote;

namespace Akka.Cluster;

/// <summary>Watches over the neighbours of a member in a ring of all members, by heartbeats.</summary>
/// <remarks>Not thread-safe: its <see cref="ClusterMachine"/> owns it.</remarks>
internal sealed class HeartbeatMonitor(UniqueAddress self, IClusterHost host, int watched, TimeSpan firstResponseWithin, Func<FailureDetector> detector)
{
    private readonly DefaultFailureDetectorRegistry<UniqueAddress> _detectors = new(detector);
    private readonly Dictionary<UniqueAddress, TimeSpan> _asked = [];
    private long _sequence;

    /// <summary>The members that are watched now.</summary>
    public IReadOnlyCollection<UniqueAddress> Watched => _asked.Keys;

    /// <summary>Asks everybody who is to be watched.</summary>
    public void Beat(Gossip gossip)
    {
        var targets = Targets(gossip);
        foreach (var gone in _asked.Keys.Where(node => !targets.Contains(node)).ToArray())
        {
            Forget(gone);
        }

        _sequence++;
        foreach (var node in targets)
        {
            if (!_asked.TryGetValue(node, out var first))
            {
                first = host.Now;
                _asked.Add(node, first);
            }

            // Silence from the very beginning counts, too.
            if (host.Now - first >= firstResponseWithin && !_detectors.IsMonitoring(node))
            {
                _detectors.Heartbeat(node);
            }

            host.Send(node.Address, new Heartbeat(self.Address, _sequence, 0));
        }
    }

    public void OnAnswer(UniqueAddress from)
    {
        if (_asked.ContainsKey(from))
        {
            _detectors.Heartbeat(from);
        }
    }

    public bool IsAvailable(UniqueAddress node) => _detectors.IsAvailable(node);

    public bool IsMonitoring(UniqueAddress node) => _detectors.IsMonitoring(node);

    public void Forget(UniqueAddress node)
    {
        _asked.Remove(node);
        _detectors.Remove(node);
    }

    /// <summary>The next members in the ring; also those whom this member cannot reach, to hear when they are back.</summary>
    private HashSet<UniqueAddress> Targets(Gossip gossip)
    {
        var ring = gossip.Members.Where(member => member.Status != MemberStatus.Removed).Select(member => member.UniqueAddress)
            .OrderBy(RingPlace).ThenBy(node => node).ToList();
        var own = ring.IndexOf(self);
        HashSet<UniqueAddress> targets = [];
        for (var i = 1; own >= 0 && i < ring.Count && targets.Count < watched; i++)
        {
            targets.Add(ring[(own + i) % ring.Count]);
        }

        targets.UnionWith(gossip.Reachability.AllUnreachableFrom(self).Where(gossip.Has));
        return targets;
    }

    /// <summary>The same on every member, and unlike the order of addresses: neighbours should not stand on one machine.</summary>
    private static uint RingPlace(UniqueAddress node)
    {
        var hash = 2166136261u ^ (uint)node.Uid;
        foreach (var c in node.Address.ToString())
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }
}
