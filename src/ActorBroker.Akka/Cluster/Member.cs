using System.Collections.Immutable;
using Akka.Actor;
using Akka.Util;

namespace Akka.Cluster;

/// <summary>A member of the cluster as it was at some time. Two with the same <see cref="UniqueAddress"/> are equal, whatever their status.</summary>
public class Member : IComparable<Member>, IComparable, IEquatable<Member>
{
    /// <summary>By host, then by port.</summary>
    public static readonly IComparer<Address> AddressOrdering = Comparer<Address>.Create(CompareAddresses);

    /// <summary>The oldest first.</summary>
    public static readonly IComparer<Member> AgeOrdering = Comparer<Member>.Create(
        (a, b) => a.Equals(b) ? 0 : a.IsOlderThan(b) ? -1 : 1);

    /// <summary>Who would lead, first: those that are up before those that are not.</summary>
    internal static readonly IComparer<Member> LeaderStatusOrdering = Comparer<Member>.Create(CompareAsLeaders);

    internal Member(UniqueAddress uniqueAddress, int upNumber, MemberStatus status, ImmutableHashSet<string> roles, AppVersion appVersion)
    {
        UniqueAddress = uniqueAddress;
        UpNumber = upNumber;
        Status = status;
        Roles = roles;
        AppVersion = appVersion;
    }

    public UniqueAddress UniqueAddress { get; }

    public Address Address => UniqueAddress.Address;

    public MemberStatus Status { get; }

    public ImmutableHashSet<string> Roles { get; }

    public AppVersion AppVersion { get; }

    /// <summary>Rises with each member that comes up; <see cref="int.MaxValue"/> before.</summary>
    internal int UpNumber { get; }

    public bool HasRole(string role) => Roles.Contains(role);

    /// <summary>Whether it came up before the other.</summary>
    public bool IsOlderThan(Member other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return UpNumber == other.UpNumber ? AddressOrdering.Compare(Address, other.Address) < 0 : UpNumber < other.UpNumber;
    }

    /// <exception cref="InvalidOperationException">No member goes from its status to that one.</exception>
    public Member Copy(MemberStatus status) =>
        status == Status ? this
        : MayBecome(Status, status) ? new Member(UniqueAddress, UpNumber, status, Roles, AppVersion)
        : throw new InvalidOperationException($"Invalid member status transition {Status} -> {status}");

    public int CompareTo(Member? other) => other is null ? 1 : UniqueAddress.CompareTo(other.UniqueAddress);

    int IComparable.CompareTo(object? obj) => CompareTo(obj as Member);

    public bool Equals(Member? other) => other is not null && UniqueAddress.Equals(other.UniqueAddress);

    public override bool Equals(object? obj) => Equals(obj as Member);

    public override int GetHashCode() => UniqueAddress.GetHashCode();

    public override string ToString() =>
        $"Member(address = {Address}, Uid={UniqueAddress.Uid} status = {Status}, role=[{string.Join(",", Roles.Order(StringComparer.Ordinal))}], upNumber={UpNumber}, version={AppVersion})";

    internal Member CopyUp(int upNumber) => new(UniqueAddress, upNumber, MemberStatus.Up, Roles, AppVersion);

    /// <summary>Of two views of one member, the one that is further on in its life.</summary>
    internal static Member HighestPriorityOf(Member a, Member b)
    {
        if (a.Status == b.Status)
        {
            return a.IsOlderThan(b) ? a : b;
        }

        return Progress(a.Status) >= Progress(b.Status) ? a : b;
    }

    private static int Progress(MemberStatus status) => status switch
    {
        MemberStatus.Joining => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Up => 2,
        MemberStatus.Leaving => 3,
        MemberStatus.Exiting => 4,
        MemberStatus.Down => 5,
        _ => 6,
    };

    private static bool MayBecome(MemberStatus from, MemberStatus to) => (from, to) switch
    {
        (MemberStatus.Joining, MemberStatus.WeaklyUp or MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed) => true,
        (MemberStatus.WeaklyUp, MemberStatus.Up or MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed) => true,
        (MemberStatus.Up, MemberStatus.Leaving or MemberStatus.Down or MemberStatus.Removed) => true,
        (MemberStatus.Leaving, MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed) => true,
        (MemberStatus.Exiting, MemberStatus.Removed or MemberStatus.Down) => true,
        (MemberStatus.Down, MemberStatus.Removed) => true,
        _ => false,
    };

    private static int CompareAddresses(Address a, Address b)
    {
        var order = string.CompareOrdinal(a.Host, b.Host);
        order = order != 0 ? order : Nullable.Compare(a.Port, b.Port);
        return order != 0 ? order : string.CompareOrdinal(a.ToString(), b.ToString());
    }

    private static int CompareAsLeaders(Member a, Member b)
    {
        var order = RankAsLeader(a.Status).CompareTo(RankAsLeader(b.Status));
        return order != 0 ? order : a.CompareTo(b);
    }

    private static int RankAsLeader(MemberStatus status) => status switch
    {
        MemberStatus.Up or MemberStatus.Leaving => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Joining => 2,
        MemberStatus.Exiting => 3,
        _ => 4,
    };
}
