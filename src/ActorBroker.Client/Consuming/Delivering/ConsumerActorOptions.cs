using System.Collections.Immutable;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>What a <see cref="ConsumerActor"/> reads, and to whom it delivers.</summary>
public sealed record ConsumerActorOptions<TKey, TValue>
{
    /// <summary>Path of the actor that gets the records. An actor that dies is looked for at its path again and again.</summary>
    public required ActorPath Target { get; init; }

    /// <summary>Topics to subscribe to; needs <see cref="ConsumerOptions{TKey, TValue}.GroupId"/>. Either this or <see cref="Partitions"/>.</summary>
    public ImmutableArray<string> Topics { get; init; } = [];

    /// <summary>Partitions to read without sharing them with others.</summary>
    public ImmutableArray<TopicPartitionStart> Partitions { get; init; } = [];

    /// <summary>Records that the target has and has not acknowledged: at least 1. The next one is delivered when one of them is.</summary>
    public int MaxUnacked { get; init; } = 100;

    /// <summary>All that is not acknowledged is delivered again when the oldest of it has not been for so long: longer than processing
    /// <see cref="MaxUnacked"/> records takes.</summary>
    public TimeSpan RedeliverAfter { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How often acknowledged positions are committed, where there is a group.</summary>
    public TimeSpan CommitInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The consumer itself. Its commit mode and its callbacks are the actor's own; delivery is at least once.</summary>
    public ConsumerOptions<TKey, TValue> Consumer { get; init; } = new();
}
