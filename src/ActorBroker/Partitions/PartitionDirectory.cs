using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>Where a partition of this node is reached.</summary>
/// <param name="Settings">The topic's settings in force, for checks before an append.</param>
/// <param name="Fenced">Why the partition refuses everything, or everything but reading; null when it does not.</param>
/// <param name="IsReadable">It can be read although it is fenced.</param>
public sealed record PartitionRoute(IActorRef Actor, Guid TopicId, Controller.TopicSettings Settings, string? Fenced, bool IsReadable = false)
{
    public bool ServesReaders => Fenced is null || IsReadable;
}

/// <summary>The partitions of this node by name.</summary>
/// <remarks>Written by <see cref="PartitionsActor"/> alone, read from any thread.</remarks>
internal sealed class PartitionDirectory
{
    private ImmutableDictionary<TopicPartition, PartitionRoute> _routes = ImmutableDictionary<TopicPartition, PartitionRoute>.Empty;

    public ImmutableDictionary<TopicPartition, PartitionRoute> Routes => Volatile.Read(ref _routes);

    public PartitionRoute? Find(TopicPartition partition) => Routes.GetValueOrDefault(partition);

    public void Set(TopicPartition partition, PartitionRoute route) => Volatile.Write(ref _routes, _routes.SetItem(partition, route));

    public void Remove(TopicPartition partition) => Volatile.Write(ref _routes, _routes.Remove(partition));
}
