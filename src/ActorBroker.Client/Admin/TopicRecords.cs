using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>A topic to be created.</summary>
/// <param name="Partitions">−1: the cluster's default.</param>
/// <param name="ReplicationFactor">−1: the cluster's default.</param>
/// <param name="Configs">Settings that differ from the cluster's defaults, by Kafka's names; null: none.</param>
public sealed record NewTopic(
    string Name, int Partitions = -1, int ReplicationFactor = -1, IReadOnlyDictionary<string, string>? Configs = null);

/// <summary>A topic.</summary>
/// <param name="IsInternal">Of the broker's own, such as <c>__consumer_offsets</c>.</param>
public sealed record TopicDescription(string Name, Guid Id, bool IsInternal, ImmutableArray<PartitionDescription> Partitions);

/// <summary>A partition.</summary>
/// <param name="Leader"><see cref="NodeId.None"/>: nobody leads it now.</param>
public sealed record PartitionDescription(int Number, NodeId Leader, LeaderEpoch Epoch, ImmutableArray<NodeId> Replicas);

/// <summary>A setting of a topic.</summary>
/// <param name="IsDefault">Nobody has set it for this topic.</param>
public sealed record ConfigEntry(string Name, string Value, bool IsDefault);

/// <summary>The cluster.</summary>
public sealed record ClusterDescription(string ClusterId, NodeId Controller, ImmutableArray<NodeDescription> Nodes);

/// <summary>A node of the cluster.</summary>
/// <param name="AkkaAddress">For native clients; "" when it has none.</param>
/// <param name="Rack">"" when unknown.</param>
public sealed record NodeDescription(NodeId Id, string AkkaAddress, string KafkaHost, int KafkaPort, string Rack);

/// <summary>An offset that was looked for.</summary>
/// <param name="Offset"><see cref="Offset.None"/> when no record is that young.</param>
/// <param name="Timestamp">Of the record that was found by its time; null for the others.</param>
public sealed record FoundOffset(Offset Offset, DateTimeOffset? Timestamp);
