using System.Collections.Immutable;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>Partitions that a consumer does not read any more.</summary>
/// <param name="AreLost">Another member may have them already: it is too late to commit.</param>
public sealed record PartitionsRevoked(ImmutableArray<TopicPartition> Partitions, bool AreLost);
