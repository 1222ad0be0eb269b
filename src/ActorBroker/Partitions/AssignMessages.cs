using ActorBroker.Controller;
using ActorBroker.Log;

namespace ActorBroker.Partitions;

/// <summary>Event from a <see cref="PartitionActor"/> to its parent: it has read its hard state and does nothing until it is told what by
/// <see cref="Assign"/>. A restarted one asks in the same way, so that it never acts on what was true before.</summary>
internal sealed record PartitionRecovered
{
    public static readonly PartitionRecovered Instance = new();
}

/// <summary>Command to a <see cref="PartitionActor"/>: what the cluster's metadata says of it now. Repeated: no effect.</summary>
/// <param name="EpochMin">New terms are above it.</param>
/// <param name="Move">The move that this replica takes part in; null when it simply leads.</param>
/// <param name="IsCopy">It is the target of the move: it copies, and leads only when the move is over.</param>
/// <param name="Asleep">The log as it was left, and the term that was not ended: it goes on, where the disk agrees. Null: a new term begins.</param>
internal sealed record Assign(LeaderEpoch EpochMin, PartitionMove? Move, bool IsCopy, SleepingLog? Asleep = null);
