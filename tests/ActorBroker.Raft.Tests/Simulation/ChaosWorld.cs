namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>A group of replicas in virtual time, all from one seed.</summary>
internal sealed class ChaosWorld : World
{
    /// <summary>Moments from one tick of a node to its next.</summary>
    public const int Tick = 100;

    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly Queue<string> _trace = new();
    private readonly Chaos _chaos;
    private readonly List<SimNode> _nodes;
    private long _eventCount;
    private bool _isCalm;

    public ChaosWorld(int seed, RaftFault fault = RaftFault.None, HarnessFault harnessFault = HarnessFault.None, bool isTracing = false)
    {
        (Random, Fault, HarnessFault, IsTracing) = (new Random(seed), fault, harnessFault, isTracing);
        Network = new Network(this)
        {
            Loss = Random.Next(3) == 0 ? 0 : Random.NextDouble() * 0.15,
            Doubling = Random.Next(2) == 0 ? 0 : Random.NextDouble() * 0.1,
            Slowness = Random.Next(2) == 0 ? 0 : Random.NextDouble() * 0.05,
            DelayMax = Random.Next(5, 150),
        };
        FlushesAtOnce = Random.Next(3) == 0;
        Options = new RaftOptions
        {
            ElectionTicksMax = Random.Next(13, 25),
            HeartbeatTicks = Random.Next(1, 5),
            AppendsInFlightMax = Random.Next(1, 6),
            BytesInFlightMax = Random.Next(100, 2000),
            CatchUpRecordsMax = Random.Next(0, 10),
        };
        var voters = Enumerable.Range(1, Random.Next(1, 6)).Select(node => new ReplicaId(node)).ToArray();
        var learners = Enumerable.Range(voters.Length + 1, Random.Next(0, 3)).Select(node => new ReplicaId(node)).ToArray();
        var strangers = Enumerable.Range(voters.Length + learners.Length + 1, Random.Next(0, 3)).Select(node => new ReplicaId(node));
        var membership = new Membership(voters, learners);
        Nodes = _nodes = [.. voters.Concat(learners).Concat(strangers).Select(id => new SimNode(this, id, membership))];
        HasSteadyClocks = Random.Next(3) > 0;
        _chaos = new Chaos(this);
    }

    public override Random Random { get; }

    public override bool FlushesAtOnce { get; }

    public override int ReadMax => _isCalm ? 500 : Random.Next(0, 6);

    public override bool ReadsLater => Random.Next(4) == 0;

    public override bool FollowsLogStart => Random.Next(2) == 0;

    /// <summary>All nodes tick alike, so that leases can be trusted. Otherwise some run, some crawl, and some stop for a while.</summary>
    public override bool HasSteadyClocks { get; }

    public override bool FailsToStartOver => !_isCalm && Random.Next(5) == 0;

    public Network Network { get; }

    public long Now { get; private set; }

    public override bool IsCalm => _isCalm;

    public string TraceText => string.Join('\n', _trace);

    public override bool DiesNow() => !_isCalm && Random.Next(3000) == 0;

    public override Random ChanceOf(ReplicaId replica) => new(Random.Next());

    public override void Send(RaftMessage message, SimEntry[] entries) => Network.Send(message, entries);

    public void At(long moment, Action action) => _events.Enqueue(action, (moment, _eventCount++));

    public override void After(int moments, SimNode node, Action<SimNode> action)
    {
        var life = node.Life;
        At(Now + moments, () =>
        {
            if (node.IsAlive && node.Life == life)
            {
                action(node);
            }
        });
    }

    public void StartNode(SimNode node)
    {
        if (!node.IsAlive && !node.IsLost)
        {
            node.Start();
            Trace($"{node.Id} starts, log {node.Log.Start}..{node.Log.End}, commit {node.Core.Commit}");
            TickLater(node, Random.Next(1, Tick + 1));
        }
    }

    /// <summary>A node loses its disk, and begins anew as another replica that nobody knows yet.</summary>
    public void LoseDisk(SimNode node)
    {
        node.LoseDisk();
        var next = new SimNode(this, node.Id with { Incarnation = node.Id.Incarnation + 1 }, _nodes[0].KnownMembership);
        _nodes.Add(next);
        StartNode(next);
    }

    /// <summary>Lets chaos reign for a number of steps, then heals everything and sees that the group comes back.</summary>
    public void Run(int steps)
    {
        foreach (var node in Nodes)
        {
            StartNode(node);
        }

        _chaos.Begin();
        while (Steps < steps)
        {
            RunNext();
        }

        _isCalm = true;
        Network.BecomeReliable();
        foreach (var node in Nodes)
        {
            StartNode(node);
        }

        if (!IsStuck)
        {
            Recover();
        }
    }

    /// <summary>Some node's majority died with its disks. It may be the only one that others would vote for.</summary>
    private bool IsStuck => _nodes.Exists(node => node.IsAlive
        && node.Core.Membership.Membership is var membership
        && membership.Voters.Count(voter => Find(voter)!.IsLost) > membership.Voters.Length - Quorum.Of(membership.Voters.Length));

    /// <summary>Liveness: a leader soon, then a new proposal and everything before it committed on every member.</summary>
    private void Recover()
    {
        SimNode? leader = null;
        RunUntil(() => (leader = Nodes.FirstOrDefault(node => node.Leads && node.Core.Epoch == Checker.LastElectedEpoch)) is not null, ticks: 150, "no leader");
        var before = Checker.ProposalsCommitted;
        var isProposed = false;
        RunUntil(() =>
        {
            leader = Nodes.FirstOrDefault(node => node.Leads && node.Core.Epoch == Checker.LastElectedEpoch);
            if (leader is null)
            {
                return false;
            }

            if (!isProposed || leader.Core.LogEnd == leader.Core.Commit && Checker.ProposalsCommitted == before)
            {
                leader.Propose(1);
                isProposed = true;
            }

            return Checker.ProposalsCommitted > before && Nodes.All(node =>
                node.IsLost || !leader.Core.Membership.Membership.Contains(node.Id)
                || (node.Core.Commit == leader.Core.LogEnd && node.Core.Membership.Membership.Equals(leader.Core.Membership.Membership)));
        }, ticks: 250 + (2 * Checker.LastElectedEpoch), "members do not agree");    // who is far behind gets one epoch with each append
    }

    private void RunUntil(Func<bool> isDone, int ticks, string failure)
    {
        var deadline = Now + (ticks * Tick);
        while (!isDone())
        {
            if (Now > deadline)
            {
                throw new PromiseBrokenException($"liveness: {failure} after {ticks} ticks without trouble");
            }

            RunNext();
        }
    }

    private void RunNext()
    {
        var isThere = _events.TryDequeue(out var action, out var priority);
        if (!isThere) throw new InvalidOperationException("Nothing happens any more.");
        Now = priority.At;
        action!();
    }

    private void TickLater(SimNode node, int moments) => After(moments, node, ticking =>
    {
        ticking.Tick();
        if (ticking.IsAlive) TickLater(ticking, HasSteadyClocks || _isCalm ? Tick : Random.Next(20) == 0 ? Random.Next(1, 4000) : Random.Next(Tick / 4, Tick * 2));
    });

    protected override void Note(string line)
    {
        _trace.Enqueue($"{Now} {line}");
        if (_trace.Count > 60) _trace.Dequeue();
    }
}
