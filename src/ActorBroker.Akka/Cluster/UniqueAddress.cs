using Akka.Actor;

namespace Akka.Cluster;

/// <summary>One life of a system at an address. A process that is started again at the same address has another <see cref="Uid"/>.</summary>
public sealed class UniqueAddress(Address address, int uid) : IComparable<UniqueAddress>, IEquatable<UniqueAddress>, IComparable
{
    public Address Address { get; } = address ?? throw new ArgumentNullException(nameof(address));

    public int Uid { get; } = uid;

    public static bool operator ==(UniqueAddress? left, UniqueAddress? right) => Equals(left, right);

    public static bool operator !=(UniqueAddress? left, UniqueAddress? right) => !Equals(left, right);

    public static bool operator <(UniqueAddress? left, UniqueAddress? right) => Compare(left, right) < 0;

    public static bool operator <=(UniqueAddress? left, UniqueAddress? right) => Compare(left, right) <= 0;

    public static bool operator >(UniqueAddress? left, UniqueAddress? right) => Compare(left, right) > 0;

    public static bool operator >=(UniqueAddress? left, UniqueAddress? right) => Compare(left, right) >= 0;

    public int CompareTo(UniqueAddress? other) => Compare(this, other);

    int IComparable.CompareTo(object? obj) => CompareTo(obj as UniqueAddress);

    public bool Equals(UniqueAddress? other) => other is not null && Uid == other.Uid && Address.Equals(other.Address);

    public override bool Equals(object? obj) => Equals(obj as UniqueAddress);

    public override int GetHashCode() => Uid;

    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";

    private static int Compare(UniqueAddress? a, UniqueAddress? b)
    {
        if (a is null || b is null)
        {
            return (a is null ? 0 : 1) - (b is null ? 0 : 1);
        }

        var order = Member.AddressOrdering.Compare(a.Address, b.Address);
        return order != 0 ? order : a.Uid.CompareTo(b.Uid);
    }
}
