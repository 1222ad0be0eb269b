namespace ActorBroker.Client;

/// <summary>Where reading goes on when the group has no position in a partition, or the partition no longer has the record there.</summary>
public enum OffsetReset
{
    /// <summary>At the first record that is still there.</summary>
    Earliest,

    /// <summary>At the next record to come.</summary>
    Latest,

    /// <summary>Nowhere: the enumeration fails with <see cref="OffsetOutOfRangeException"/>, until somebody seeks.</summary>
    Error,
}
