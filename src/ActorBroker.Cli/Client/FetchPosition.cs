namespace ActorBroker.Cli.Client;

/// <summary>How far one partition was read.</summary>
internal sealed class FetchPosition(int partition, long next, long? end)
{
    public int Partition { get; } = partition;

    /// <summary>The offset that is read next.</summary>
    public long Next { get; set; } = next;

    /// <summary>Where reading ends, exclusive; null: never.</summary>
    public long? End { get; } = end;

    public bool IsDone => Next >= End;
}
