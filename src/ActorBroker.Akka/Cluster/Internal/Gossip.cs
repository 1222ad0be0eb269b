using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>The state of the cluster as one member knows it; handed from member to member. Immutable.</summary>
/// <remarks>Two states that arose side by side merge into one that holds both, whatever the order: for each member the further status
/// counts, for each observer its last word. Members that were removed are remembered as tombstones for a while, so that an old state
/// that still has them brings nobody back.</remarks>
/// <param name="Seen">Who has this very version.</param>
/// <param name="Tombstones">Who was removed, with the time in milliseconds since 1970.</param>
internal sealed record Gossip(
    ImmutableSortedSet<Member> Members,
    ImmutableHashSet<UniqueAddress> Seen,
    Reachability Reachability,
    VectorClock Version,
    ImmutableSortedDictionary<UniqueAddress, long> Tombstones)
{
    public static readonly Gossip Empty = new(
        ImmutableSortedSet<Member>.Empty, [], Reachability.Empty, VectorClock.Empty, ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    public Member? Find(UniqueAddress node)
    {
        foreach (var member in Members)
        {
            if (member.UniqueAddress == node)
            {
                return member;
            }
        }

        return null;
    }

    public bool Has(UniqueAddress node) => Find(node) is not null;

    /// <summary>A change of this member's: a new version that nobody else has seen.</summary>
    public Gossip ChangedBy(UniqueAddress node) => this with { Version = Version.Increment(node), Seen = [node] };

    public Gossip SeenBy(UniqueAddress node) => Seen.Contains(node) ? this : this with { Seen = Seen.Add(node) };

    public Gossip With(Member member) => this with { Members = Members.Remove(member).Add(member) };

    public Gossip Remove(UniqueAddress node, long now) => this with
    {
        Members = Find(node) is { } member ? Members.Remove(member) : Members,
        Seen = Seen.Remove(node),
        Reachability = Reachability.Remove(ImmutableHashSet.Create(node)),
        Version = Version.Prune(node),
        Tombstones = Tombstones.SetItem(node, now),
    };

    public Gossip PruneTombstones(long before) =>
        Tombstones.Any(pair => pair.Value < before)
            ? this with { Tombstones = Tombstones.RemoveRange(Tombstones.Where(pair => pair.Value < before).Select(pair => pair.Key)) }
            : this;

    /// <summary>A state that holds both. Nobody has seen it yet.</summary>
    public Gossip Merge(Gossip other)
    {
        var tombstones = Tombstones.ToBuilder();
        foreach (var (node, time) in other.Tombstones)
        {
            tombstones[node] = Math.Max(time, tombstones.GetValueOrDefault(node));
        }

        var members = new Dictionary<UniqueAddress, Member>();
        foreach (var member in Members.Concat(other.Members))
        {
            if (!tombstones.ContainsKey(member.UniqueAddress))
            {
                members[member.UniqueAddress] = members.TryGetValue(member.UniqueAddress, out var known) ? Member.HighestPriorityOf(known, member) : member;
            }
        }

        var version = Version.Merge(other.Version);
        foreach (var node in tombstones.Keys)
        {
            version = version.Prune(node);
        }

        return new Gossip([.. members.Values], [], Reachability.Merge(members.Keys.ToHashSet(), other.Reachability), version, tombstones.ToImmutable());
    }

    public override string ToString() =>
        $"Gossip(members = [{string.Join(", ", Members)}], seen=[{string.Join(", ", Seen.Select(node => node.Address.HostPort()))}], reachability=[{Reachability}], version=[{Version}])";
}
