using System.Collections.Immutable;

namespace Akka.Cluster;

/// <summary>Who cannot reach whom. Only complaints are kept; no entry means reachable. Immutable.</summary>
/// <remarks>Each observer numbers its own changes, so that of two states the observer's later word counts.</remarks>
internal sealed class Reachability
{
    public static readonly Reachability Empty = new(
        ImmutableSortedDictionary<UniqueAddress, ImmutableSortedSet<UniqueAddress>>.Empty, ImmutableSortedDictionary<UniqueAddress, long>.Empty);

    /// <param name="complaints">By observer: whom it cannot reach; no empty sets.</param>
    /// <param name="versions">By observer.</param>
    public Reachability(
        ImmutableSortedDictionary<UniqueAddress, ImmutableSortedSet<UniqueAddress>> complaints, ImmutableSortedDictionary<UniqueAddress, long> versions)
    {
        Complaints = complaints;
        Versions = versions;
    }

    public ImmutableSortedDictionary<UniqueAddress, ImmutableSortedSet<UniqueAddress>> Complaints { get; }

    public ImmutableSortedDictionary<UniqueAddress, long> Versions { get; }

    public bool IsAllReachable => Complaints.IsEmpty;

    /// <summary>All whom anybody cannot reach.</summary>
    public ImmutableHashSet<UniqueAddress> AllUnreachable => [.. Complaints.Values.SelectMany(subjects => subjects)];

    public Reachability Unreachable(UniqueAddress observer, UniqueAddress subject) =>
        IsReachable(observer, subject)
            ? With(observer, Complaints.GetValueOrDefault(observer, ImmutableSortedSet<UniqueAddress>.Empty).Add(subject))
            : this;

    public Reachability Reachable(UniqueAddress observer, UniqueAddress subject) =>
        IsReachable(observer, subject) ? this : With(observer, Complaints[observer].Remove(subject));

    public bool IsReachable(UniqueAddress observer, UniqueAddress subject) =>
        !Complaints.TryGetValue(observer, out var subjects) || !subjects.Contains(subject);

    public bool IsReachable(UniqueAddress subject) => Complaints.All(pair => !pair.Value.Contains(subject));

    public IEnumerable<UniqueAddress> AllUnreachableFrom(UniqueAddress observer) =>
        Complaints.TryGetValue(observer, out var subjects) ? subjects : [];

    /// <summary>Forgets what these said and what was said of them.</summary>
    public Reachability Remove(IReadOnlySet<UniqueAddress> nodes)
    {
        if (nodes.Count == 0)
        {
            return this;
        }

        var complaints = Complaints.ToBuilder();
        foreach (var (observer, subjects) in Complaints)
        {
            var left = nodes.Contains(observer) ? [] : subjects.Except(nodes);
            if (left.IsEmpty)
            {
                complaints.Remove(observer);
            }
            else
            {
                complaints[observer] = left;
            }
        }

        return new Reachability(complaints.ToImmutable(), Versions.RemoveRange(nodes));
    }

    /// <summary>Without what these observers say.</summary>
    public Reachability RemoveObservers(IEnumerable<UniqueAddress> observers)
    {
        var gone = observers.ToArray();
        return gone.Length == 0 ? this : new Reachability(Complaints.RemoveRange(gone), Versions.RemoveRange(gone));
    }

    public Reachability Merge(IReadOnlySet<UniqueAddress> allowed, Reachability other)
    {
        var complaints = Complaints.ToBuilder();
        var versions = Versions.ToBuilder();
        foreach (var observer in Versions.Keys.Union(other.Versions.Keys))
        {
            var later = other.Versions.GetValueOrDefault(observer) > Versions.GetValueOrDefault(observer) ? other : this;
            versions[observer] = later.Versions.GetValueOrDefault(observer);
            var subjects = later.Complaints.GetValueOrDefault(observer, ImmutableSortedSet<UniqueAddress>.Empty).Intersect(allowed);
            if (subjects.IsEmpty || !allowed.Contains(observer))
            {
                complaints.Remove(observer);
            }
            else
            {
                complaints[observer] = subjects;
            }

            if (!allowed.Contains(observer))
            {
                versions.Remove(observer);
            }
        }

        return new Reachability(complaints.ToImmutable(), versions.ToImmutable());
    }

    public override string ToString() => string.Join(", ", Complaints.Select(pair =>
        $"{pair.Key.Address.HostPort()} -> [{string.Join(", ", pair.Value.Select(subject => subject.Address.HostPort()))}]"));

    private Reachability With(UniqueAddress observer, ImmutableSortedSet<UniqueAddress> subjects) => new(
        subjects.IsEmpty ? Complaints.Remove(observer) : Complaints.SetItem(observer, subjects),
        Versions.SetItem(observer, Versions.GetValueOrDefault(observer) + 1));
}
