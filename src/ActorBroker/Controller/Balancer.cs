using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Says which partitions should go to another node: away from nodes that drain, then from full nodes to empty ones. Looks at
/// partitions with one replica; others count as load and stay where they are.</summary>
internal static class Balancer
{
    /// <summary>Two nodes may differ by this part of the mean before anything moves: a move copies a partition's whole log.</summary>
    private const double TolerableShare = 0.05;

    internal readonly record struct PlannedMove(TopicPartition Partition, NodeId From, NodeId To);

    /// <summary>The moves to begin now. Carrying out what is planned, again and again, ends where nothing is planned: each balancing
    /// move goes from a fuller node to one with at least two partitions less.</summary>
    /// <param name="movesMax">Moves at one time in the cluster; those under way count.</param>
    /// <param name="movesPerNodeMax">Moves at one time from and to a node; those under way count.</param>
    /// <returns>At most one move for a partition, none for a partition that is on its way.</returns>
    /// <remarks>Cost: one pass over the partitions; when there is something to do, one more, and one over the topics for each move.</remarks>
    public static IReadOnlyList<PlannedMove> Plan(ClusterImage image, int movesMax, int movesPerNodeMax)
    {
        var draft = new Draft(image, movesMax, movesPerNodeMax);
        if (draft.HasNothingToDo) return [];

        draft.SpreadTopics();
        draft.EmptyDraining();
        draft.Balance();
        return draft.Moves;
    }

    /// <summary>The plan while it is made; all arrays by place in the table.</summary>
    private sealed class Draft
    {
        private readonly NodeTable _nodes;
        private readonly ClusterImage _image;
        private readonly int[] _loads;
        private readonly int[] _movable;
        private readonly int[] _slots;
        private readonly List<Spread> _topics = [];
        private int _movesLeft;

        public Draft(ClusterImage image, int movesMax, int movesPerNodeMax)
        {
            _nodes = new NodeTable(image);
            _image = image;
            _loads = _nodes.Zeros();
            _movable = _nodes.Zeros();
            _slots = _nodes.Zeros();
            Array.Fill(_slots, movesPerNodeMax);
            _movesLeft = movesMax;
            foreach (var (_, topic) in image.Topics)
            {
                foreach (var partition in topic.Partitions) Count(partition);
            }
        }

        public List<PlannedMove> Moves { get; } = [];

        public bool HasNothingToDo => _movesLeft <= 0 || _nodes.Online.Length == 0 || (!IsDraining() && !FindPair(Level(), out _, out _));

        private void Count(PartitionImage partition)
        {
            _nodes.CountReplicas(partition, _loads);
            if (partition.Move is { } move)
            {
                _movesLeft--;
                TakeSlot(_nodes.PlaceOf(move.From));
                TakeSlot(_nodes.PlaceOf(move.To));
                return;
            }

            var place = PlaceIfMovable(_nodes, partition);
            if (place >= 0) _movable[place]++;
        }

        private void TakeSlot(int place)
        {
            if (place >= 0) _slots[place]--;
        }

        private bool CanGive(int place) => _slots[place] > 0 && _movable[place] > 0;

        private bool IsDraining()
        {
            for (var place = 0; place < _nodes.Nodes.Length; place++)
            {
                if (_nodes.Nodes[place].Status == NodeStatus.Draining && CanGive(place)) return true;
            }

            return false;
        }

        /// <summary>Counts per topic, in an order that does not hang on hash codes.</summary>
        public void SpreadTopics()
        {
            foreach (var (_, topic) in _image.Topics) _topics.Add(new Spread(_nodes, topic));
            _topics.Sort((one, other) => string.CompareOrdinal(one.Name, other.Name));
        }

        public void EmptyDraining()
        {
            for (var from = 0; from < _nodes.Nodes.Length; from++)
            {
                if (_nodes.Nodes[from].Status != NodeStatus.Draining) continue;
                foreach (var topic in _topics)
                {
                    while (_movesLeft > 0 && CanGive(from) && topic.Movable[from] > 0)
                    {
                        var to = Emptiest(topic.Held);
                        if (to < 0) return;
                        Move(topic, from, to);
                    }
                }
            }
        }

        public void Balance()
        {
            var level = Level();
            while (_movesLeft > 0 && FindPair(level, out var from, out var to))
            {
                var topic = MostUneven(from, to);
                Move(topic, from, to);
            }
        }

        /// <summary>The load that every node would have if all had the same. A node that holds more and has nothing to give is left out,
        /// otherwise the others would wait for what it cannot hand over.</summary>
        private double Level()
        {
            var sum = _nodes.Online.Sum(place => (long)_loads[place]);
            var count = _nodes.Online.Length;
            foreach (var place in _nodes.Online.Where(place => _movable[place] == 0).OrderByDescending(place => _loads[place]))
            {
                if (count == 1 || _loads[place] <= (double)sum / count) break;
                sum -= _loads[place];
                count--;
            }

            return (double)sum / count;
        }

        /// <summary>The fullest node that can give and the emptiest that can take, when they differ by enough. Only from above the level
        /// to below it: a node in the middle whose better partners are busy would give now what it must take back later.</summary>
        private bool FindPair(double level, out int from, out int to)
        {
            from = -1;
            foreach (var place in _nodes.Online)
            {
                if (CanGive(place) && (from < 0 || _loads[place] > _loads[from])) from = place;
            }

            to = Emptiest(null);
            return from >= 0 && to >= 0 && _loads[from] > level && _loads[to] < level
                && _loads[from] - _loads[to] > Math.Max(1, TolerableShare * level);
        }

        /// <summary>The online node with the fewest partitions of a topic, then of all, that can take one more; −1 for none.</summary>
        private int Emptiest(int[]? inTopic)
        {
            var best = -1;
            foreach (var place in _nodes.Online)
            {
                if (_slots[place] <= 0) continue;
                if (best < 0 || Rank(place).CompareTo(Rank(best)) < 0) best = place;
            }

            return best;

            (int, int) Rank(int place) => (inTopic?[place] ?? 0, _loads[place]);
        }

        private Spread MostUneven(int from, int to)
        {
            Spread? best = null;
            foreach (var topic in _topics)
            {
                if (topic.Movable[from] > 0 && (best is null || topic.Difference(from, to) > best.Difference(from, to))) best = topic;
            }

            Check.That(best is not null);
            return best;
        }

        private void Move(Spread topic, int from, int to)
        {
            Check.That(from != to && _slots[from] > 0 && _slots[to] > 0);
            var number = topic.TakeNext(from, to);
            Moves.Add(new PlannedMove(new TopicPartition(topic.Name, number), _nodes.Nodes[from].Id, _nodes.Nodes[to].Id));
            _movesLeft--;
            _slots[from]--;
            _slots[to]--;
            _movable[from]--;
            _loads[from]--;
            _loads[to]++;
        }
    }

    /// <summary>How one topic lies on the nodes.</summary>
    private sealed class Spread
    {
        private readonly NodeTable _nodes;
        private readonly TopicImage _topic;
        private readonly int[] _next;

        public Spread(NodeTable nodes, TopicImage topic)
        {
            _nodes = nodes;
            _topic = topic;
            Held = nodes.Zeros();
            Movable = nodes.Zeros();
            _next = nodes.Zeros();
            foreach (var partition in topic.Partitions)
            {
                nodes.CountReplicas(partition, Held);
                var place = PlaceIfMovable(nodes, partition);
                if (place >= 0) Movable[place]++;
            }
        }

        public string Name => _topic.Name;

        public int[] Held { get; }

        /// <summary>Partitions that can be taken and have not been.</summary>
        public int[] Movable { get; }

        public int Difference(int from, int to) => Held[from] - Held[to];

        /// <summary>Takes the next movable partition of a node and counts it at the other one.</summary>
        /// <returns>The partition's number.</returns>
        public int TakeNext(int from, int to)
        {
            Check.That(Movable[from] > 0);
            while (PlaceIfMovable(_nodes, _topic.Partitions[_next[from]]) != from) _next[from]++;
            Movable[from]--;
            Held[from]--;
            Held[to]++;
            return _topic.Partitions[_next[from]++].Number;
        }
    }

    /// <summary>The place of the node that alone holds and leads the partition and is up; −1 when the partition must stay.</summary>
    private static int PlaceIfMovable(NodeTable nodes, PartitionImage partition)
    {
        if (partition.Move is not null || partition.Replicas.Length != 1 || partition.Leader != partition.Replicas[0]) return -1;
        var place = nodes.PlaceOf(partition.Leader);
        return place >= 0 && nodes.Nodes[place].IsOnline ? place : -1;
    }
}
