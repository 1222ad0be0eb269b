using System.Globalization;

namespace ActorBroker.Log;

/// <summary>Position of a record in a partition: 0 … 2^63−1, or <see cref="None"/>.</summary>
public readonly record struct Offset(long Value) : IComparable<Offset>
{
    public static readonly Offset Zero = new(0);
    public static readonly Offset None = new(-1);

    public static Offset operator +(Offset start, long recordCount) => new(checked(start.Value + recordCount));

    /// <summary>Number of records between two offsets.</summary>
    public static long operator -(Offset end, Offset start) => end.Value - start.Value;

    public static bool operator <(Offset a, Offset b) => a.Value < b.Value;

    public static bool operator >(Offset a, Offset b) => a.Value > b.Value;

    public static bool operator <=(Offset a, Offset b) => a.Value <= b.Value;

    public static bool operator >=(Offset a, Offset b) => a.Value >= b.Value;

    public static Offset Min(Offset a, Offset b) => a <= b ? a : b;

    public static Offset Max(Offset a, Offset b) => a >= b ? a : b;

    public int CompareTo(Offset other) => Value.CompareTo(other.Value);

    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
