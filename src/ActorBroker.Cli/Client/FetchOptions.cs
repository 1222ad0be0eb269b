namespace ActorBroker.Cli.Client;

/// <summary>How records are fetched.</summary>
/// <param name="IsCommittedOnly">Records of aborted and undecided transactions are left out.</param>
/// <param name="MustFollow">False: each partition ends where its end was at the beginning.</param>
internal sealed record FetchOptions(bool IsCommittedOnly, bool MustFollow)
{
    /// <summary>How long a broker waits for records to come.</summary>
    public TimeSpan MaxWait { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>One answer, in bytes; a single batch may be larger.</summary>
    public int ResponseBytesMax { get; init; } = 16 * ByteSizes.MiB;

    public int PartitionBytesMax { get; init; } = 4 * ByteSizes.MiB;
}
