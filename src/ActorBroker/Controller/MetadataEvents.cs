using ActorBroker.Storage;

namespace ActorBroker.Controller;

/// <summary>Event of the metadata log. Applied in order they give the <see cref="ClusterImage"/>.</summary>
public interface IMetadataEvent : IStored;

/// <summary>Event: the cluster was founded.</summary>
public sealed record ClusterCreated(Guid ClusterId) : IMetadataEvent;

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

/// <summary>Event: producer ids below <paramref name="End"/> may have been handed out.</summary>
public sealed record ProducerIdsReserved(long End) : IMetadataEvent;

/// <summary>Everything the events before it said.</summary>
public sealed record ControllerSnapshot(Guid ClusterId, long Version, long ProducerIdsEnd, TopicCreated[] Topics) : IStored;
