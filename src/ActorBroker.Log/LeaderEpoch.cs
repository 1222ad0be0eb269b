using System.Globalization;

namespace ActorBroker.Log;

/// <summary>Number of a partition's leadership: 0 … 2^31−1, rising; the Raft term. <see cref="None"/> where no leader is known.</summary>
public readonly record struct LeaderEpoch(int Value) : IComparable<LeaderEpoch>
{
    public static readonly LeaderEpoch Zero = new(0);
    public static readonly LeaderEpoch None = new(-1);

    public static bool operator <(LeaderEpoch a, LeaderEpoch b) => a.Value < b.Value;

    public static bool operator >(LeaderEpoch a, LeaderEpoch b) => a.Value > b.Value;

    public static bool operator <=(LeaderEpoch a, LeaderEpoch b) => a.Value <= b.Value;

    public static bool operator >=(LeaderEpoch a, LeaderEpoch b) => a.Value >= b.Value;

    /// <summary>The epoch of the next leadership.</summary>
    public LeaderEpoch Next() => new(checked(Value + 1));

    public int CompareTo(LeaderEpoch other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
