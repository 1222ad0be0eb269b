namespace ActorBroker.Client;

/// <summary>When positions are committed.</summary>
public sealed record CommitMode
{
    private CommitMode(TimeSpan? interval) => Interval = interval;

    /// <summary>Only when the application says so.</summary>
    public static CommitMode Manual { get; } = new((TimeSpan?)null);

    /// <summary>Null: never by itself.</summary>
    public TimeSpan? Interval { get; }

    /// <summary>Every so often, before partitions go to another member, and when the consumer is disposed of.</summary>
    public static CommitMode Periodic(TimeSpan interval)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(interval, TimeSpan.FromMilliseconds(1));
        return new CommitMode(interval);
    }
}
