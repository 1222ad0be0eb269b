using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>A lie told by the simulated disk, to see that the checker notices.</summary>
public enum HarnessFault
{
    None,

    /// <summary>Half of what must be persisted is not.</summary>
    PersistsNothing,

    /// <summary>A crash forgets for whom the replica voted.</summary>
    ForgetsVote,

    /// <summary>A crash takes records that were reported as durable.</summary>
    FlushesNothing,
}

/// <summary>A group of replicas in virtual time, all from one seed.</summary>
internal sealed class World
{
    /// <summary>Moments from one tick of a node to its next.</summary>
    public const int Tick = 100;

    private readonly PriorityQueue<Action, (long At, long Number)> _events = new();
    private readonly Queue<string> _trace = new();
    private readonly Chaos _chaos;
    private long _eventCount;
    private long _lastValue;
    private bool _isCalm;

    public World(int seed, RaftFault fault = RaftFault.None, HarnessFault harnessFault = HarnessFault.None, bool isTracing = false)
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
        Options = new RaftOptions { AppendsInFlightMax = Random.Next(1, 6), BytesInFlightMax = Random.Next(100, 2000), CatchUpRecordsMax = Random.Next(0, 10) };
        var voters = Enumerable.Range(1, Random.Next(1, 6)).Select(node => new ReplicaId(node)).ToArray();
        var learners = Enumerable.Range(voters.Length + 1, Random.Next(0, 3)).Select(node => new ReplicaId(node)).ToArray();
        var strangers = Enumerable.Range(voters.Length + learners.Length + 1, Random.Next(0, 3)).Select(node => new ReplicaId(node));
        var membership = new Membership(voters, learners);
        Nodes = [.. voters.Concat(learners).Concat(strangers).Select(id => new SimNode(this, id, membership))];
        _chaos = new Chaos(this);
    }

    public Random Random { get; }

    public RaftFault Fault { get; }

    public HarnessFault HarnessFault { get; }

    public RaftOptions Options { get; }

    public bool FlushesAtOnce { get; }

    public Network Network { get; }

    public Checker Checker { get; } = new();

    public SimNode[] Nodes { get; }

    public long Now { get; private set; }

    public long Steps { get; private set; }

    public bool IsTracing { get; }

    public string TraceText => string.Join('\n', _trace);

    public SimNode? Find(ReplicaId id) => Array.Find(Nodes, node => node.Id == id);

    public void CountStep() => Steps++;

    /// <summary>How often what happened.</summary>
    public Dictionary<string, long> Counts { get; } = [];

    public void Count(string what) => CollectionsMarshal.GetValueRefOrAddDefault(Counts, what, out _)++;

    public long NextValue() => ++_lastValue;

    /// <summary>Whether a node dies between this effect and the next.</summary>
    public bool DiesNow() => !_isCalm && Random.Next(3000) == 0;

    public void At(long moment, Action action) => _events.Enqueue(action, (moment, _eventCount++));

    /// <summary>Something under way inside a node, which its end ends.</summary>
    public void After(int moments, SimNode node, Action<SimNode> action)
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
        if (!node.IsAlive)
        {
            node.Start();
            Trace($"{node.Id} starts, log {node.Log.Start}..{node.Log.End}, commit {node.Core.Commit}");
            TickLater(node, Random.Next(1, Tick + 1));
        }
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

        Recover();
    }

    /// <summary>Liveness: a leader soon, then a new proposal and everything before it committed on every member.</summary>
    private void Recover()
    {
        SimNode? leader = null;
        RunUntil(() => (leader = Array.Find(Nodes, node => node.Leads && node.Core.Epoch == Checker.LastElectedEpoch)) is not null, ticks: 150, "no leader");
        var before = Checker.ProposalsCommitted;
        var isProposed = false;
        RunUntil(() =>
        {
            leader = Array.Find(Nodes, node => node.Leads && node.Core.Epoch == Checker.LastElectedEpoch);
            if (leader is null)
            {
                return false;
            }

            if (!isProposed || leader.Core.LogEnd == leader.Core.Commit && Checker.ProposalsCommitted == before)
            {
                leader.Propose(1);
                isProposed = true;
            }

            return Checker.ProposalsCommitted > before && Array.TrueForAll(Nodes, node =>
                !leader.Core.Membership.Membership.Contains(node.Id)
                || (node.Core.Commit == leader.Core.LogEnd && node.Core.Membership.Membership.Equals(leader.Core.Membership.Membership)));
        }, ticks: 250, "members do not agree");
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

    public bool IsCalm => _isCalm;

    private void TickLater(SimNode node, int moments) => After(moments, node, ticking =>
    {
        ticking.Tick();
        if (ticking.IsAlive) TickLater(ticking, Tick);
    });

    public void Trace(ref TraceHandler text)
    {
        if (!IsTracing) return;
        _trace.Enqueue($"{Now} {text.ToText()}");
        if (_trace.Count > 60) _trace.Dequeue();
    }

    public void Trace([InterpolatedStringHandlerArgument("")] TraceHandler text) => Trace(ref text);
}

/// <summary>Makes no text while nobody traces.</summary>
[InterpolatedStringHandler]
internal ref struct TraceHandler
{
    private DefaultInterpolatedStringHandler _inner;
    private readonly bool _isOn;

    public TraceHandler(int literalLength, int formattedCount, World world, out bool isOn)
    {
        isOn = _isOn = world.IsTracing;
        _inner = isOn ? new DefaultInterpolatedStringHandler(literalLength, formattedCount) : default;
    }

    public void AppendLiteral(string text) => _inner.AppendLiteral(text);

    public void AppendFormatted<T>(T value) => _inner.AppendFormatted(value);

    public string ToText() => _isOn ? _inner.ToStringAndClear() : "";
}
