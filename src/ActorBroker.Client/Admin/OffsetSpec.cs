using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>Which offset of a partition is meant.</summary>
public readonly record struct OffsetSpec
{
    private OffsetSpec(OffsetKind kind, long timestampMs)
    {
        Kind = kind;
        TimestampMs = timestampMs;
    }

    /// <summary>The first record that is still there.</summary>
    public static OffsetSpec Earliest { get; } = new(OffsetKind.Earliest, -1);

    /// <summary>The next record to come.</summary>
    public static OffsetSpec Latest { get; } = new(OffsetKind.Latest, -1);

    internal OffsetKind Kind { get; }

    internal long TimestampMs { get; }

    /// <summary>The first record at or after that time.</summary>
    public static OffsetSpec AtTimestamp(DateTimeOffset time) => new(OffsetKind.AtTimestamp, time.ToUnixTimeMilliseconds());
}
