namespace Akka;

/// <summary>Stands where a value is required and none is meant.</summary>
public sealed class NotUsed : IEquatable<NotUsed>, IComparable<NotUsed>
{
    public static readonly NotUsed Instance = new();

    private NotUsed()
    {
    }

    public bool Equals(NotUsed? other) => other is not null;

    public override bool Equals(object? obj) => obj is NotUsed;

    public override int GetHashCode() => 0;

    public int CompareTo(NotUsed? other) => 0;

    public override string ToString() => "NotUsed";
}
