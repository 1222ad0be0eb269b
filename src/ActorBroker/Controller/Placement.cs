using System.Collections.Immutable;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Chooses the nodes of new partitions.</summary>
internal static class Placement
{
    /// <summary>Nodes for new partitions of one topic: each time those with the fewest replicas of the topic; among equals those with
    /// the fewest of all topics, then the lowest id. The same input gives the same answer.</summary>
    /// <param name="partitions">How many partitions are new.</param>
    /// <param name="replicas">Nodes of each partition, from 1. They are of different racks while a rack is left; nodes without a rack
    /// count as one rack.</param>
    /// <param name="existing">The partitions that the topic has already, as the image has them; null for a new topic.</param>
    /// <returns>The replicas of each new partition, the preferred leader first; null when fewer than <paramref name="replicas"/> nodes
    /// are online and not draining.</returns>
    /// <remarks>Cost: one pass over the image, then replicas × nodes for each new partition.</remarks>
    public static ImmutableArray<ImmutableArray<NodeId>>? Assign(
        ClusterImage image, int partitions, int replicas, ImmutableArray<PartitionImage>? existing)
    {
        Check.That(partitions >= 0);
        Check.That(replicas > 0);
        var nodes = new NodeTable(image);
        if (nodes.Online.Length < replicas) return null;

        var choice = new Choice(nodes, image, existing is { IsDefault: false } given ? given : []);
        var assigned = ImmutableArray.CreateBuilder<ImmutableArray<NodeId>>(partitions);
        for (var i = 0; i < partitions; i++) assigned.Add(choice.Next(replicas));
        return assigned.MoveToImmutable();
    }

    /// <summary>What is counted while partitions are given out; all arrays by place in the table.</summary>
    private sealed class Choice
    {
        private readonly NodeTable _nodes;
        private readonly int[] _inTopic;
        private readonly int[] _inAll;
        private readonly int[] _leadsInTopic;
        private readonly int[] _leadsInAll;
        private readonly int[] _racks;
        private readonly bool[] _isRackUsed;
        private readonly List<int> _chosen = [];

        public Choice(NodeTable nodes, ClusterImage image, ImmutableArray<PartitionImage> existing)
        {
            _nodes = nodes;
            (_inTopic, _leadsInTopic) = Count(existing);
            (_inAll, _leadsInAll) = Count(image.Topics.Values.SelectMany(topic => topic.Partitions));
            var names = nodes.Nodes.Select(node => node.Rack ?? "").Distinct().ToArray();
            _racks = [.. nodes.Nodes.Select(node => Array.IndexOf(names, node.Rack ?? ""))];
            _isRackUsed = new bool[names.Length];
        }

        public ImmutableArray<NodeId> Next(int replicas)
        {
            _chosen.Clear();
            Array.Clear(_isRackUsed);
            while (_chosen.Count < replicas)
            {
                var place = Best();
                _chosen.Add(place);
                _isRackUsed[_racks[place]] = true;
                _inTopic[place]++;
                _inAll[place]++;
            }

            PutLeaderFirst();
            return [.. _chosen.Select(place => _nodes.Nodes[place].Id)];
        }

        /// <summary>The place where the next replica does best. Places are tried with ids rising, so the lowest wins a tie.</summary>
        private int Best()
        {
            var best = -1;
            foreach (var place in _nodes.Online)
            {
                if (_chosen.Contains(place)) continue;
                if (best < 0 || Rank(place).CompareTo(Rank(best)) < 0) best = place;
            }

            Check.That(best >= 0);
            return best;
        }

        private (bool IsRackUsed, int InTopic, int InAll) Rank(int place) => (_isRackUsed[_racks[place]], _inTopic[place], _inAll[place]);

        /// <summary>Whoever leads least leads this one: chosen last, so that an even spread of leaders costs no even spread of replicas.</summary>
        private void PutLeaderFirst()
        {
            var leader = _chosen.MinBy(place => (_leadsInTopic[place], _leadsInAll[place], place));
            _chosen.Remove(leader);
            _chosen.Insert(0, leader);
            _leadsInTopic[leader]++;
            _leadsInAll[leader]++;
        }

        private (int[] Replicas, int[] Leads) Count(IEnumerable<PartitionImage> partitions)
        {
            var replicas = _nodes.Zeros();
            var leads = _nodes.Zeros();
            foreach (var partition in partitions)
            {
                _nodes.CountReplicas(partition, replicas);
                _nodes.CountPreferredLeader(partition, leads);
            }

            return (replicas, leads);
        }
    }
}
