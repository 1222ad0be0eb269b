using System.Collections.Immutable;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>How a consumer works. What is null comes from <c>actorbroker.client.consumer</c> in the configuration.</summary>
public sealed record ConsumerOptions<TKey, TValue>
{
    /// <summary>Needed to subscribe, to commit, and for <see cref="Delivery.AtMostOnce"/>.</summary>
    public string? GroupId { get; init; }

    /// <summary>Makes it a static member (KIP-345): one that comes back within the session timeout gets its partitions back without a
    /// rebalance. Unique in the group. Disposal does not leave the group then.</summary>
    public string? InstanceId { get; init; }

    /// <summary>For logs and metrics of the nodes.</summary>
    public string? ClientId { get; init; }

    /// <summary>Null: the usual one of the type, see <see cref="Deserializers"/>.</summary>
    public IDeserializer<TKey>? KeyDeserializer { get; init; }

    /// <inheritdoc cref="KeyDeserializer"/>
    public IDeserializer<TValue>? ValueDeserializer { get; init; }

    public Delivery Delivery { get; init; } = Delivery.AtLeastOnce;

    /// <summary>Null: periodic, with the configured interval. Plays no part without a group id.</summary>
    public CommitMode? CommitMode { get; init; }

    public OffsetReset? OffsetReset { get; init; }

    /// <summary>Bytes that are held for the application, all partitions together: at least 64 KiB. A single batch may exceed a partition's
    /// share.</summary>
    public int? BufferBytes { get; init; }

    /// <summary>A member that the group has not heard of for so long is out. The broker has limits for it.</summary>
    public TimeSpan? SessionTimeout { get; init; }

    /// <summary>Less than a third of the session timeout is good.</summary>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>How long the group waits for this member when it shares out partitions anew: longer than the processing of one record takes.</summary>
    public TimeSpan? RebalanceTimeout { get; init; }

    /// <summary>The preferred one; the others are offered too.</summary>
    public GroupAssignor? Assignor { get; init; }

    /// <summary>Called when a rebalance has given partitions, before the first of their records; it may seek.</summary>
    public Func<ImmutableArray<TopicPartition>, Task>? OnAssigned { get; init; }

    /// <summary>Called when a rebalance takes partitions, after the record in hand was processed; unless they are lost, it may commit.</summary>
    public Func<PartitionsRevoked, Task>? OnRevoked { get; init; }
}
