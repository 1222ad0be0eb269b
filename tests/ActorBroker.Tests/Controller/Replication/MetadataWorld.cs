using ActorBroker.Controller;
using ActorBroker.Raft;

namespace ActorBroker.Tests.Controller.Replication;

/// <summary>A few nodes with metadata logs, and what surrounds them: a network that loses, delays, doubles and is cut, disks that crash,
/// clients that propose. Everything follows from the seed.</summary>
internal sealed class MetadataWorld
{
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly Dictionary<long, string> _states = [];
    private readonly Dictionary<string, int> _counts = [];
    private int _proposals;

    /// <summary>Three to five nodes; two of them or more have a vote.</summary>
    public MetadataWorld(int seed)
        : this(new Random(seed))
    {
        var count = Random.Next(3, 6);
        var voters = Random.Next(2, count + 1);
        Nodes = Create(count, new Membership(Ids(1, voters), Ids(voters + 1, count - voters)));
    }

    /// <summary>So many nodes, of which the first has founded the group; the others are not in it yet.</summary>
    public MetadataWorld(int seed, int nodes)
        : this(new Random(seed)) => Nodes = Create(nodes, new Membership(Ids(1, 1)));

    private MetadataWorld(Random random) => (Random, Nodes) = (random, []);

    public Random Random { get; }

    public SimulatedTime Time { get; } = new();

    public IReadOnlyList<MetadataNode> Nodes { get; }

    /// <summary>Things fail.</summary>
    public bool IsWild { get; private set; }

    /// <summary>Topics whose creation was answered with true.</summary>
    public List<(Guid Id, string Name)> Committed { get; } = [];

    public IReadOnlyDictionary<string, int> Counts => _counts;

    public MetadataNode? Leader => Nodes.Where(node => node.IsAlive && node.Log.IsLeading).MaxBy(node => node.Log.Replica.Epoch);

    private MetadataNode[] Create(int count, Membership founders) => [.. Ids(1, count).Select(id => new MetadataNode(this, id, founders))];

    private static IEnumerable<ReplicaId> Ids(int first, int count) => Enumerable.Range(first, count).Select(node => new ReplicaId(node));

    public void Count(string what) => _counts[what] = _counts.GetValueOrDefault(what) + 1;

    public bool Chance(double share) => Random.NextDouble() < share;

    /// <summary>Trouble for a while, then peace; checks that nothing was lost.</summary>
    public void Run(int troubleMs)
    {
        IsWild = true;
        foreach (var node in Nodes)
        {
            node.Start();
        }

        Time.After(1, ProposeSomewhere);
        Time.After(500, MakeTrouble);
        Time.RunUntil(troubleMs);
        BecomeCalm();
        Converge();
    }

    public void BecomeCalm()
    {
        IsWild = false;
        _cut.Clear();
        foreach (var node in Nodes)
        {
            node.Disk.ClearFaults();
            node.Start();
        }
    }

    public void Send(int from, int to, Action<MetadataNode> arrive)
    {
        for (var copies = IsWild && Chance(0.02) ? 2 : 1; copies > 0; copies--)
        {
            if (_cut.Contains((from, to)) || (IsWild && Chance(0.03)))
            {
                continue;
            }

            var delay = IsWild && Chance(0.03) ? Random.Next(1, 3000) : Random.Next(1, 30);
            Time.After(delay, () =>
            {
                if (Nodes[to - 1] is { IsAlive: true } node)
                {
                    node.Live(() => arrive(node));
                }
            });
        }
    }

    /// <summary>Whoever has the same records has the same state.</summary>
    public void CheckState(MetadataNode node, MetadataState state)
    {
        var text = MetadataText.Of(state);
        if (!_states.TryAdd(state.Image.Version, text) && _states[state.Image.Version] is var known && known != text)
        {
            throw new InvalidOperationException($"node {node.Id} differs at version {state.Image.Version}:\n{text}\nknown:\n{known}");
        }
    }

    public void CheckCommitted(MetadataNode node, MetadataState state, string where)
    {
        foreach (var (id, name) in Committed)
        {
            if (state.Image.Topic(id)?.Name != name)
            {
                throw new InvalidOperationException($"node {node.Id} lacks {name} in its {where}, version {state.Image.Version}");
            }
        }
    }

    /// <summary>A topic that stays, and things that come and go.</summary>
    public void Propose(MetadataNode node)
    {
        var number = ++_proposals;
        var (id, name) = (new Guid(number, 0, 0, new byte[8]), $"topic-{number}");
        var topics = node.Log.Tip.Image.Topics.Values.OrderBy(topic => topic.Name, StringComparer.Ordinal).ToArray();
        List<IMetadataEvent> events = [];
        if (topics.Length > 0)
        {
            var some = topics[Random.Next(topics.Length)];
            events.Add(Random.Next(4) switch
            {
                0 => new PartitionsAdded(some.Name, [[Random.Next(1, 6)]]),
                1 => new LeadersElected(some.Partitions[0].Replicas[0].Value, [new LedTopic(some.Id, [0], [some.Partitions[0].Epoch.Value + 1])]),
                2 => new TopicConfigured(some.Name, new Dictionary<string, string> { ["retention.ms"] = $"{number}" }),
                _ => new ProducerIdsReserved(node.Log.Tip.ProducerIdsEnd + 10),
            });
        }

        events.Add(new TopicCreated(id, name, false, [[Random.Next(1, 6)]], []));
        node.Propose(events, isCommitted =>
        {
            Count(isCommitted ? "committed" : "refused");
            if (isCommitted)
            {
                Committed.Add((id, name));
                if (IsWild && Chance(0.2))
                {
                    Propose(node);    // whoever hears of a commit may propose at once
                }
            }
        });
    }

    private void ProposeSomewhere()
    {
        var node = Nodes[Random.Next(Nodes.Count)];
        if (IsWild && node.IsAlive && (node.Log.IsLeading || Chance(0.05)))
        {
            node.Live(() =>
            {
                for (var i = Random.Next(1, 4); i > 0; i--)
                {
                    Propose(node);
                }
            });
        }

        if (IsWild)
        {
            Time.After(Random.Next(1, 200), ProposeSomewhere);
        }
    }

    private void MakeTrouble()
    {
        if (!IsWild)
        {
            return;
        }

        var node = Nodes[Random.Next(Nodes.Count)];
        var other = Nodes[Random.Next(Nodes.Count)];
        switch (Random.Next(10))
        {
            case 0 or 1 when node.IsAlive:
                node.Crash();
                break;
            case 2:
                node.Disk.Fail((ActorBroker.Testing.DiskOperation)Random.Next(1, 9), after: Random.Next(20));
                break;
            case 3:
                _cut.Add((node.Id.Node, other.Id.Node));
                break;
            case 4:
                foreach (var each in Nodes)
                {
                    _cut.Add((node.Id.Node, each.Id.Node));
                    _cut.Add((each.Id.Node, node.Id.Node));
                }

                break;
            case 5 or 6:
                _cut.Clear();
                break;
            default:
                Leader?.ChangeSomething(other.Id);
                break;
        }

        Time.After(Random.Next(100, 1500), MakeTrouble);
    }

    /// <summary>Healed, all become the same, and stay so.</summary>
    private void Converge()
    {
        const int PatienceMs = 60_000;
        var until = Time.Now + PatienceMs;
        Time.RunUntil(Time.Now + 5_000);
        var last = _proposals;
        while (!HasConverged() || last == _proposals)
        {
            if (Time.Now >= until)
            {
                throw new InvalidOperationException("no agreement in a minute of peace: " + string.Join("; ", Nodes.Select(node => node.ToString())));
            }

            if (last == _proposals && Leader is { } leader)
            {
                leader.Live(() => Propose(leader));    // who has records that nobody else has drops them only for others
            }

            Time.RunUntil(Time.Now + 500);
        }

        foreach (var node in Nodes)
        {
            CheckState(node, node.Log.State);
            CheckCommitted(node, node.Log.State, "last state");
            if (MetadataText.WithoutVersion(node.Log.State) != MetadataText.WithoutVersion(node.Log.Tip) || node.Unanswered > 0)
            {
                throw new InvalidOperationException($"node {node.Id} has {node.Unanswered} proposals without an answer, or a tip that is not its state");
            }
        }
    }

    private bool HasConverged() => Leader is { } leader && Nodes.All(node => node.IsAlive
        && node.Log.State.Image.Version == leader.Log.Replica.End && node.Log.Replica.End == leader.Log.Replica.End);
}
