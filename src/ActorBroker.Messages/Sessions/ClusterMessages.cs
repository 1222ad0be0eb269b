using System.Collections.Immutable;
using ActorBroker.Log;

namespace ActorBroker.Messages.Sessions;

/// <summary>Request: describe the cluster and topics. Any node. Answered by <see cref="ClusterDescribed"/>.</summary>
/// <param name="Topics">Null: all topics.</param>
/// <param name="CreateMissing">Topics that are missing are created with the defaults, where the cluster allows that.</param>
public sealed record DescribeCluster(ImmutableArray<string>? Topics, bool CreateMissing) : ISessionRequest;

/// <summary>Reply: the cluster as this node knows it.</summary>
/// <param name="ClusterId">22 characters.</param>
/// <param name="Version">Number of the image; rises with each change.</param>
/// <param name="AnsweredBy">The node that answers.</param>
public sealed record ClusterDescribed(
    string ClusterId, long Version, NodeId AnsweredBy, NodeId Controller, ImmutableArray<ClusterNode> Nodes, ImmutableArray<ClusterTopic> Topics) : ISessionReply;

/// <summary>A node.</summary>
/// <param name="AkkaAddress"><c>akka.tcp://system@host:port</c>, where <see cref="SessionProtocol.SessionsPath"/> is; "" when it has none.</param>
/// <param name="Rack">"" when unknown.</param>
public sealed record ClusterNode(NodeId Id, string AkkaAddress, string KafkaHost, int KafkaPort, string Rack);

/// <summary>A topic, or why it cannot be described.</summary>
public sealed record ClusterTopic(string Name, Guid Id, bool IsInternal, SessionError Error, ImmutableArray<ClusterPartition> Partitions);

/// <summary>A partition.</summary>
/// <param name="Leader"><see cref="NodeId.None"/>: nobody leads it now.</param>
public sealed record ClusterPartition(int Number, NodeId Leader, LeaderEpoch Epoch, ImmutableArray<NodeId> Replicas);

/// <summary>Which offset is looked for.</summary>
public enum OffsetKind
{
    /// <summary>The high watermark: the offset of the next record.</summary>
    Latest = 0,

    /// <summary>The first that is still there.</summary>
    Earliest = 1,

    /// <summary>The first record at or after a time.</summary>
    AtTimestamp = 2,
}

/// <summary>Request: find offsets, of partitions that this node leads. Answered by <see cref="OffsetsFound"/>.</summary>
public sealed record FindOffsets(ImmutableArray<OffsetQuery> Queries) : ISessionRequest;

/// <param name="TimestampMs">Milliseconds since 1970, UTC, for <see cref="OffsetKind.AtTimestamp"/>.</param>
public sealed record OffsetQuery(TopicPartition Partition, OffsetKind Kind, long TimestampMs);

/// <summary>Reply: one answer a query, in their order.</summary>
public sealed record OffsetsFound(ImmutableArray<OffsetAnswer> Answers) : ISessionReply;

/// <param name="Offset"><see cref="Offset.None"/> when no record is that young.</param>
/// <param name="TimestampMs">Of the record that was found, −1 where none was looked for.</param>
public sealed record OffsetAnswer(TopicPartition Partition, SessionError Error, Offset Offset, long TimestampMs);
