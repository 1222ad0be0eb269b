using System.Globalization;

namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>A group that does what a script says, line by line, and tells what came of it.</summary>
/// <remarks>
/// <code>
/// voters 1 2 3 + 4          the group, with learners behind the plus sign
/// strangers 5               nodes that are not members yet
/// log 2 1,1,2 commit 2      what a node has when it starts: the epochs of its records; "believes 2" for a commit that never was
/// elect 1                   all others wait until they no longer mind, then 1 stands
/// stand 1                   without waiting
/// tick 5, tick 5 1 2        time passes, for all or for some; messages are delivered after each tick
/// propose 1 3               node 1 is asked to append three records
/// transfer 1 2, change 1 Promote 4, delete 1 5
/// crash 1, start 1
/// cut 1 2, cut 1>2, isolate 1, heal
/// manual, auto              in manual mode only votes are delivered by themselves
/// deliver, deliver 1>3      all that waits, or one message
/// lose                      all that waits is lost
/// show                      every node's state
/// </code>
/// </remarks>
internal sealed class ScriptWorld : World
{
    private readonly List<(RaftMessage Message, SimEntry[] Entries)> _onTheWay = [];
    private readonly HashSet<(int From, int To)> _cut = [];
    private readonly List<(SimNode Node, int Life, Action<SimNode> Action)> _later = [];
    private readonly List<string> _lines = [];
    private readonly Dictionary<int, (int[] Epochs, long Commit)> _presets = [];
    private Membership? _membership;
    private List<SimNode> _nodes = [];
    private bool _isManual;

    public ScriptWorld(RaftFault fault = RaftFault.None, HarnessFault harnessFault = HarnessFault.None)
    {
        (IsTracing, Fault, HarnessFault) = (true, fault, harnessFault);
        Options = new RaftOptions { ElectionTicksMax = 100, CatchUpRecordsMax = 2, AppendsInFlightMax = 4 };
        Nodes = _nodes;
    }

    /// <summary>A promise was broken: the script ends.</summary>
    public bool IsBroken { get; private set; }

    public override Random Random { get; } = new(0);

    public override bool FlushesAtOnce => true;

    public override int ReadMax => 100;

    public override bool ReadsLater => false;

    public override bool FollowsLogStart => true;

    public override bool FailsToStartOver => false;

    public override bool IsCalm => true;

    public override bool HasSteadyClocks => true;

    public override bool DiesNow() => false;

    public override Random ChanceOf(ReplicaId replica) => new LongestWait();

    public override void Send(RaftMessage message, SimEntry[] entries)
    {
        if (!_cut.Contains((message.From.Node, message.To.Node)))
        {
            _onTheWay.Add((message, entries));
        }
    }

    public override void After(int moments, SimNode node, Action<SimNode> action) => _later.Add((node, node.Life, action));

    /// <summary>Carries one line out.</summary>
    /// <returns>What happened.</returns>
    public IReadOnlyList<string> Run(string line)
    {
        _lines.Clear();
        try
        {
            Carry(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        }
        catch (PromiseBrokenException broken)
        {
            IsBroken = true;
            _lines.Add("broken: " + broken.Message);
        }

        return [.. _lines];
    }

    protected override void Note(string line) => _lines.Add(line);

    private void Carry(string[] words)
    {
        switch (words[0])
        {
            case "voters":
                var plus = Array.IndexOf(words, "+") is var at and >= 0 ? at : words.Length;
                _membership = new Membership(Ids(words[1..plus]), Ids(words[Math.Min(plus + 1, words.Length)..]));
                _nodes.AddRange(_membership.Voters.Concat(_membership.Learners).Select(id => new SimNode(this, id, _membership)));
                return;
            case "strangers":
                _nodes.AddRange(Ids(words[1..]).Select(id => new SimNode(this, id, _membership!)));
                return;
            case "log":
                Preset(Node(words[1]), words[2], words.Length > 4 ? Number(words[4]) : 0, isTrue: words.Length > 4 && words[3] == "commit");
                return;
        }

        StartAll();
        Command(words);
        if (!_isManual) DeliverAll(_ => true);
    }

    private void Command(string[] words)
    {
        switch (words[0])
        {
            case "elect": Elect(Node(words[1])); break;
            case "stand": Node(words[1]).Stand(); break;
            case "tick": Tick(Number(words[1]), words[2..]); break;
            case "propose": Node(words[1]).Propose(Number(words[2])); break;
            case "transfer": Node(words[1]).Transfer(new ReplicaId(Number(words[2]))); break;
            case "change": Node(words[1]).Change(new MembershipChange(Enum.Parse<ChangeKind>(words[2]), new ReplicaId(Number(words[3])))); break;
            case "delete": Node(words[1]).MoveLogStart(Number(words[2])); break;
            case "crash": Node(words[1]).Crash(); break;
            case "start": Node(words[1]).Start(); break;
            case "cut": Cut(words[1..]); break;
            case "isolate": Isolate(Number(words[1])); break;
            case "heal": _cut.Clear(); break;
            case "manual": _isManual = true; break;
            case "auto": _isManual = false; break;
            case "deliver" when words.Length == 1: DeliverAll(_ => true); break;
            case "deliver": DeliverOne(words[1]); break;
            case "lose": _onTheWay.Clear(); break;
            case "show": Show(); break;
            default: throw new ArgumentException($"unknown command: {words[0]}");
        }
    }

    private void Preset(SimNode node, string epochs, long commit, bool isTrue)
    {
        var list = epochs.Split(',').Select(Number).ToArray();
        node.Preset(new HardState(list[^1], null, commit, [MembershipAt.Initial(_membership!)]), list);
        if (isTrue) Checker.Assume(node, commit);
    }

    private void StartAll()
    {
        foreach (var node in _nodes.Where(node => node.Life == 0))
        {
            node.Start();
        }
    }

    private void Elect(SimNode node)
    {
        for (var i = 0; i < Options.ElectionTicksMin; i++)
        {
            foreach (var other in _nodes.Where(other => other != node)) other.Tick();
            if (!_isManual) DeliverAll(_ => true);
        }

        for (var i = 0; i < 3 * Options.ElectionTicksMax && node.IsAlive && !node.Leads; i++)
        {
            node.Tick();
            DeliverAll(message => !_isManual || message is VoteRequest or VoteResponse);
        }
    }

    private void Tick(int count, string[] names)
    {
        var nodes = names.Length == 0 ? _nodes : names.Select(Node).ToList();
        for (var i = 0; i < count; i++)
        {
            foreach (var node in nodes) node.Tick();
            if (!_isManual) DeliverAll(_ => true);
        }
    }

    private void DeliverAll(Func<RaftMessage, bool> isMeant)
    {
        for (var left = 10_000; left > 0; left--)
        {
            if (_onTheWay.FindIndex(item => isMeant(item.Message)) is var index and >= 0)
            {
                Deliver(index);
            }
            else if (_later.Count > 0)
            {
                var (node, life, action) = _later[0];
                _later.RemoveAt(0);
                if (node.IsAlive && node.Life == life) action(node);
            }
            else
            {
                return;
            }
        }

        throw new PromiseBrokenException("messages without end");
    }

    private void DeliverOne(string link)
    {
        var ends = link.Split('>').Select(Number).ToArray();
        var index = _onTheWay.FindIndex(item => item.Message.From.Node == ends[0] && item.Message.To.Node == ends[1]);
        if (index < 0)
        {
            _lines.Add("nothing on the way");
            return;
        }

        _lines.Add(MessageText.Of(_onTheWay[index].Message));
        Deliver(index);
    }

    private void Deliver(int index)
    {
        var (message, entries) = _onTheWay[index];
        _onTheWay.RemoveAt(index);
        if (Find(message.To) is { IsAlive: true } node && !_cut.Contains((message.From.Node, message.To.Node)))
        {
            Count(message.GetType().Name);
            node.Receive(message, entries);
        }
    }

    private void Cut(string[] links)
    {
        if (links is [var a, var b])
        {
            _cut.Add((Number(a), Number(b)));
            _cut.Add((Number(b), Number(a)));
            return;
        }

        var ends = links[0].Split('>').Select(Number).ToArray();
        _cut.Add((ends[0], ends[1]));
    }

    private void Isolate(int node)
    {
        foreach (var other in _nodes.Where(other => other.Id.Node != node))
        {
            Cut([$"{node}", $"{other.Id.Node}"]);
        }
    }

    private void Show()
    {
        foreach (var node in _nodes)
        {
            _lines.Add(node.IsAlive
                ? $"{node.Id} {node.Core.Role} epoch {node.Core.Epoch} log {node.Log.Start}..{node.Log.End} of epochs {EpochsOf(node)} commit {node.Core.Commit} group {node.Core.Membership.Membership}"
                : $"{node.Id} down");
        }
    }

    private static string EpochsOf(SimNode node)
    {
        var epochs = Enumerable.Range((int)node.Log.Start, (int)(node.Log.End - node.Log.Start)).Select(offset => node.Log[offset].Epoch);
        return $"[{string.Join(',', epochs)}]";
    }

    private SimNode Node(string name) => Find(new ReplicaId(Number(name))) ?? throw new ArgumentException($"no node {name}");

    private static IEnumerable<ReplicaId> Ids(IEnumerable<string> names) => names.Select(name => new ReplicaId(Number(name)));

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    /// <summary>Every election timeout is the longest, so that a script decides who stands.</summary>
    private sealed class LongestWait : Random
    {
        public override int Next(int minValue, int maxValue) => maxValue - 1;
    }
}
