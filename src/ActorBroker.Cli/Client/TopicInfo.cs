namespace ActorBroker.Cli.Client;

/// <summary>A topic as the cluster's metadata had it when it was asked.</summary>
/// <param name="Partitions">In order of their number.</param>
internal sealed record TopicInfo(string Name, Guid Id, bool IsInternal, IReadOnlyList<PartitionInfo> Partitions)
{
    public int ReplicationFactor => Partitions.Count == 0 ? 0 : Partitions[0].Replicas.Count;
}

/// <param name="Leader">Node id; −1 while there is none.</param>
internal sealed record PartitionInfo(int Index, int Leader, int LeaderEpoch, IReadOnlyList<int> Replicas, IReadOnlyList<int> InSync);
