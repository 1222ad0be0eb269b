using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Serialization;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;

namespace ActorBroker.Akka.Tests.Cluster;

/// <summary>A whole cluster of <see cref="ClusterMachine"/>s on one thread with its own time; every message goes through the serializer,
/// and may be lost or late. The same seed, the same run.</summary>
internal sealed class ClusterSimulation
{
    private readonly PriorityQueue<(Address To, Address From, byte[] Bytes, string Manifest), (long At, long Order)> _messages = new();
    private readonly Dictionary<Address, Node> _nodes = [];
    private readonly HashSet<(Address From, Address To)> _cut = [];
    private readonly ClusterMessageSerializer _serializer;
    private readonly ClusterSettings _settings;
    private readonly Random _random;
    private long _order;
    private int _uids;

    public ClusterSimulation(int seed, ExtendedActorSystem system)
    {
        _random = new Random(seed);
        _serializer = new ClusterMessageSerializer(system);
        _settings = new ClusterSettings(ConfigurationFactory.Default(), "sim");
    }

    public long NowMs { get; private set; } = 1_000_000;

    /// <summary>0 to 1.</summary>
    public double Loss { get; set; }

    public IEnumerable<Node> Running => _nodes.Values.Where(node => !node.IsOver);

    public static Address AddressOf(int number) => new("akka.tcp", "sim", "host", 1000 + number);

    public Node Start(int number, params int[] seeds)
    {
        var node = new Node(this, new UniqueAddress(AddressOf(number), ++_uids), _settings, new Random(_random.Next()));
        _nodes[node.Address] = node;
        node.Machine.JoinSeedNodes([.. seeds.Select(AddressOf)]);
        return node;
    }

    public void Crash(Node node) => node.IsOver = true;

    public void Cut(IEnumerable<Node> left, IEnumerable<Node> right)
    {
        foreach (var (a, b) in left.SelectMany(a => right.Select(b => (a, b))))
        {
            _cut.Add((a.Address, b.Address));
            _cut.Add((b.Address, a.Address));
        }
    }

    public void Heal() => _cut.Clear();

    public void Run(TimeSpan time) => RunUntil(() => false, time);

    /// <returns>Whether the condition came true in that time.</returns>
    public bool RunUntil(Func<bool> condition, TimeSpan time)
    {
        var end = NowMs + (long)time.TotalMilliseconds;
        while (NowMs < end)
        {
            NowMs++;
            while (_messages.TryPeek(out _, out var due) && due.At <= NowMs)
            {
                var (to, from, bytes, manifest) = _messages.Dequeue();
                if (_nodes.TryGetValue(to, out var node) && !node.IsOver)
                {
                    node.Machine.Receive((IClusterMessage)_serializer.FromBinary(bytes, manifest), from);
                }
            }

            foreach (var node in _nodes.Values.ToArray())
            {
                node.Advance();
            }

            if (condition())
            {
                return true;
            }
        }

        return condition();
    }

    /// <summary>All running nodes know the same members, these, and all of them are up and reached.</summary>
    public bool IsSettled() => Running.Any() && Running.All(node =>
        node.Machine.State.Gossip.Members.Select(member => member.UniqueAddress).ToHashSet().SetEquals(Running.Select(other => other.Machine.Self))
        && node.Machine.State.Gossip.Members.All(member => member.Status == MemberStatus.Up)
        && node.Machine.State.Gossip.Reachability.IsAllReachable
        && node.Machine.State.Leader == Running.First().Machine.State.Leader);

    public string Describe() => string.Join("\n", _nodes.Values.Select(node => $"{node.Address} over={node.IsOver} ends={node.End}: {node.Machine.State.Gossip}"));

    private void Send(Address from, Address to, IClusterMessage message)
    {
        if (_cut.Contains((from, to)) || _random.NextDouble() < Loss)
        {
            return;
        }

        var late = _random.Next(100) == 0 ? _random.Next(2000) : _random.Next(1, 20);
        _messages.Enqueue((to, from, _serializer.ToBinary(message), _serializer.Manifest(message)), (NowMs + late, _order++));
    }

    internal sealed class Node : IClusterHost
    {
        private readonly ClusterSimulation _simulation;
        private readonly int _phase;
        private long? _sendChangesAt;

        public Node(ClusterSimulation simulation, UniqueAddress self, ClusterSettings settings, Random random)
        {
            _simulation = simulation;
            _phase = random.Next(100);
            Address = self.Address;
            Machine = new ClusterMachine(self, settings, this, random, () => new PhiAccrualFailureDetector(
                8.0, 1000, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(3), TimeSpan.FromSeconds(1), () => simulation.NowMs));
        }

        public Address Address { get; }

        public ClusterMachine Machine { get; }

        public bool IsOver { get; set; }

        public MembershipEnd? End { get; private set; }

        public TimeSpan Now => TimeSpan.FromMilliseconds(_simulation.NowMs);

        public long WallClockMs => _simulation.NowMs;

        public ILoggingAdapter Log => NoLogger.Instance;

        public void Send(Address to, IClusterMessage message) => _simulation.Send(Address, to, message);

        public void Changed(MembershipState before, MembershipState now)
        {
            _ = ClusterChanges.Between(before, now);
            _ = ClusterChanges.StateOf(now);
        }

        public void SendChangesAfter(TimeSpan delay) => _sendChangesAt = _simulation.NowMs + (long)delay.TotalMilliseconds;

        public void Ending(MembershipEnd end) => End = end;

        public void Advance()
        {
            if (IsOver)
            {
                return;
            }

            if (_sendChangesAt <= _simulation.NowMs)
            {
                _sendChangesAt = null;
                Machine.SendChanges();
            }

            if (_simulation.NowMs % 100 == _phase)
            {
                Machine.Tick();
                if (End is not null)
                {
                    Machine.ConfirmExit();
                    IsOver = true;
                }
            }
        }
    }
}
