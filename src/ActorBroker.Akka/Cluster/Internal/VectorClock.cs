using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>How two histories stand to each other.</summary>
internal enum Causality
{
    Same,
    Before,
    After,
    Concurrent,
}

/// <summary>Which changes of which members a state holds. Immutable.</summary>
/// <remarks>Source: C. Fidge, Timestamps in Message-Passing Systems That Preserve the Partial Ordering, 1988.</remarks>
internal sealed class VectorClock(ImmutableSortedDictionary<UniqueAddress, long> versions)
{
    public static readonly VectorClock Empty = new(ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    public ImmutableSortedDictionary<UniqueAddress, long> Versions { get; } = versions;

    public VectorClock Increment(UniqueAddress node) => new(Versions.SetItem(node, Versions.GetValueOrDefault(node) + 1));

    public VectorClock Prune(UniqueAddress removed) => Versions.ContainsKey(removed) ? new(Versions.Remove(removed)) : this;

    public VectorClock Merge(VectorClock other)
    {
        var merged = Versions.ToBuilder();
        foreach (var (node, version) in other.Versions)
        {
            merged[node] = Math.Max(version, merged.GetValueOrDefault(node));
        }

        return new VectorClock(merged.ToImmutable());
    }

    /// <summary><see cref="Causality.Before"/>: the other knows all that this one knows, and more.</summary>
    public Causality CompareTo(VectorClock other)
    {
        var ahead = IsAheadOf(other);
        var behind = other.IsAheadOf(this);
        return (ahead, behind) switch
        {
            (false, false) => Causality.Same,
            (true, false) => Causality.After,
            (false, true) => Causality.Before,
            _ => Causality.Concurrent,
        };
    }

    public override string ToString() => string.Join(", ", Versions.Select(pair => $"{pair.Key.Address.HostPort()} -> {pair.Value}"));

    private bool IsAheadOf(VectorClock other)
    {
        foreach (var (node, version) in Versions)
        {
            if (version > other.Versions.GetValueOrDefault(node))
            {
                return true;
            }
        }

        return false;
    }
}
