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

/// <summary>What surrounds the replicas of a group: network, time, and chance.</summary>
internal abstract class World
{
    private long _lastValue;

    public RaftOptions Options { get; protected init; } = new();

    public RaftFault Fault { get; init; }

    public HarnessFault HarnessFault { get; init; }

    public bool IsTracing { get; init; }

    public Checker Checker { get; } = new();

    public IReadOnlyList<SimNode> Nodes { get; protected init; } = [];

    public long Steps { get; private set; }

    /// <summary>How often what happened.</summary>
    public Dictionary<string, long> Counts { get; } = [];

    /// <summary>Chance, for the disk.</summary>
    public abstract Random Random { get; }

    /// <summary>What is appended is durable before anything else happens.</summary>
    public abstract bool FlushesAtOnce { get; }

    /// <summary>Records that a read for a follower returns at most.</summary>
    public abstract int ReadMax { get; }

    public abstract bool ReadsLater { get; }

    /// <summary>Whether a follower deletes what its leader deleted.</summary>
    public abstract bool FollowsLogStart { get; }

    /// <summary>Whether what stands for the missing records cannot be had.</summary>
    public abstract bool FailsToStartOver { get; }

    /// <summary>Nothing bad happens any more.</summary>
    public abstract bool IsCalm { get; }

    /// <summary>Whether nodes' clocks keep step, as leases need it.</summary>
    public abstract bool HasSteadyClocks { get; }

    /// <summary>Whether a node dies between this effect and the next.</summary>
    public abstract bool DiesNow();

    /// <summary>Where a replica's election timeouts come from.</summary>
    public abstract Random ChanceOf(ReplicaId replica);

    public abstract void Send(RaftMessage message, SimEntry[] entries);

    /// <summary>Something under way inside a node, which its end ends.</summary>
    public abstract void After(int moments, SimNode node, Action<SimNode> action);

    public SimNode? Find(ReplicaId id) => Nodes.FirstOrDefault(node => node.Id == id);

    public void CountStep() => Steps++;

    public void Count(string what) => CollectionsMarshal.GetValueRefOrAddDefault(Counts, what, out _)++;

    public long NextValue() => ++_lastValue;

    public void Trace([InterpolatedStringHandlerArgument("")] TraceHandler text)
    {
        if (IsTracing) Note(text.ToText());
    }

    /// <summary>Keeps a line of the trace.</summary>
    protected abstract void Note(string line);
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
