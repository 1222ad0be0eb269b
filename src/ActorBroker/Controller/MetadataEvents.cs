using ActorBroker.Storage;

namespace ActorBroker.Controller;

/// <summary>Event of the metadata log. Applied in order they give the <see cref="ClusterImage"/>.</summary>
public interface IMetadataEvent : IStored;

/// <summary>Event: the cluster was founded.</summary>
public sealed record ClusterCreated(Guid ClusterId) : IMetadataEvent;

/// <summary>Event: a node has its place in the cluster, and serves clients at these addresses.</summary>
/// <param name="AkkaAddress">Where its actors are reached.</param>
/// <param name="FolderId">Of its data folder.</param>
/// <param name="Incarnation">Rises when the node begins anew with an empty folder.</param>
public sealed record NodeRegistered(
    int Node, int Incarnation, Guid FolderId, string Host, int Port, string? Rack, string AkkaAddress) : IMetadataEvent;

/// <summary>Event: a node has come or gone, or is to be emptied.</summary>
/// <param name="IsAlive">It can be reached.</param>
/// <param name="IsDrained">A person wants it to be empty.</param>
/// <param name="IsLeaving">It is about to end and hands over.</param>
public sealed record NodeStatusChanged(int Node, bool IsAlive, bool IsDrained, bool IsLeaving) : IMetadataEvent;

/// <summary>Event: a node that held nothing is forgotten, its number is free.</summary>
public sealed record NodeRemoved(int Node) : IMetadataEvent;

/// <summary>Event: a topic exists.</summary>
/// <param name="Replicas">One list of node ids per partition, the preferred leader first.</param>
public sealed record TopicCreated(Guid TopicId, string Name, bool IsInternal, int[][] Replicas, Dictionary<string, string> Configs) : IMetadataEvent;

/// <summary>Event: a topic is gone, with its data.</summary>
public sealed record TopicDeleted(Guid TopicId, string Name) : IMetadataEvent;

/// <summary>Event: a topic has more partitions.</summary>
/// <param name="Replicas">Node ids of the new partitions, numbered on from the last one.</param>
public sealed record PartitionsAdded(string Name, int[][] Replicas) : IMetadataEvent;

/// <summary>Event: a topic's settings are these and no others.</summary>
public sealed record TopicConfigured(string Name, Dictionary<string, string> Configs) : IMetadataEvent;

/// <summary>Event: a node leads these partitions, in these epochs.</summary>
public sealed record LeadersElected(int Node, LedTopic[] Topics) : IMetadataEvent;

/// <summary>The partitions of one topic in <see cref="LeadersElected"/>; both arrays are of the same length.</summary>
public sealed record LedTopic(Guid TopicId, int[] Partitions, int[] Epochs);

/// <summary>Event: partitions are to be copied to other nodes.</summary>
public sealed record MovesStarted(StartedMove[] Moves) : IMetadataEvent;

/// <summary>One of <see cref="MovesStarted"/>.</summary>
public sealed record StartedMove(Guid TopicId, int Partition, long Number, int From, int To);

/// <summary>Event: the copy has everything and leads from now on; the source is no replica any more.</summary>
/// <param name="Epoch">In which the copy leads.</param>
public sealed record MoveFinished(Guid TopicId, int Partition, long Number, int Epoch) : IMetadataEvent;

/// <summary>Event: the partition stays where it is.</summary>
public sealed record MoveCancelled(Guid TopicId, int Partition, long Number) : IMetadataEvent;

/// <summary>Event: producer ids below <paramref name="End"/> may have been handed out.</summary>
public sealed record ProducerIdsReserved(long End) : IMetadataEvent;

/// <summary>Everything that the events before an offset said.</summary>
public sealed record ControllerSnapshot(Guid ClusterId, long ProducerIdsEnd, long MoveNumbersEnd, StoredNode[] Nodes, StoredTopic[] Topics) : IStored;

/// <summary>A node of a <see cref="ControllerSnapshot"/>.</summary>
public sealed record StoredNode(NodeRegistered Registration, NodeStatusChanged Status);

/// <summary>A topic of a <see cref="ControllerSnapshot"/>.</summary>
/// <param name="Leaders">One node per partition, −1 for none.</param>
/// <param name="Epochs">One per partition, −1 for none.</param>
public sealed record StoredTopic(TopicCreated Topic, int[] Leaders, int[] Epochs, StartedMove[] Moves);

/// <summary>Everything that a node of the time before clusters knew of its topics. Only read.</summary>
public sealed record SingleNodeSnapshot(Guid ClusterId, long Version, long ProducerIdsEnd, TopicCreated[] Topics) : IStored;
