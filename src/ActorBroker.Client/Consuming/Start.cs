using ActorBroker.Log;

namespace ActorBroker.Client;

/// <summary>Where reading a partition begins.</summary>
public readonly record struct Start
{
    private Start(StartKind kind, long value)
    {
        Kind = kind;
        Value = value;
    }

    /// <summary>At the first record that is still there.</summary>
    public static Start Earliest { get; } = new(StartKind.Earliest, 0);

    /// <summary>At the next record to come.</summary>
    public static Start Latest { get; } = new(StartKind.Latest, 0);

    /// <summary>Where the group has come to; where it has no position, as <see cref="OffsetReset"/> says. The default of this type.</summary>
    public static Start Committed { get; }

    internal StartKind Kind { get; }

    /// <summary>The offset, or milliseconds since 1970.</summary>
    internal long Value { get; }

    /// <summary>At that offset. Records below it are never seen.</summary>
    /// <exception cref="ArgumentOutOfRangeException">It is negative.</exception>
    public static Start At(Offset offset)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset.Value, nameof(offset));
        return new Start(StartKind.At, offset.Value);
    }

    /// <summary>At the first record of that time or later; when there is none, at the next record to come.</summary>
    public static Start AtTimestamp(DateTimeOffset time) => new(StartKind.AtTimestamp, time.ToUnixTimeMilliseconds());

    public override string ToString() => Kind switch
    {
        StartKind.At => $"offset {Value}",
        StartKind.AtTimestamp => $"time {DateTimeOffset.FromUnixTimeMilliseconds(Value):O}",
        _ => Kind.ToString(),
    };
}

internal enum StartKind
{
    Committed,
    Earliest,
    Latest,
    At,
    AtTimestamp,
}
