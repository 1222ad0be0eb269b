using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Immutable snapshot of the cluster's metadata. Everyone reads it; only the controller makes a new one.</summary>
/// <param name="Version">Number of metadata events it holds; rises with each change.</param>
public sealed record ClusterImage(
    long Version,
    Guid ClusterId,
    ImmutableDictionary<NodeId, NodeImage> Nodes,
    ImmutableDictionary<string, TopicImage> Topics,
    ImmutableDictionary<Guid, TopicImage> TopicsById)
{
    public static readonly ClusterImage Empty = new(
        0,
        Guid.Empty,
        ImmutableDictionary<NodeId, NodeImage>.Empty,
        ImmutableDictionary<string, TopicImage>.Empty,
        ImmutableDictionary<Guid, TopicImage>.Empty);

    /// <summary>The cluster's id as clients see it: 22 characters.</summary>
    public string ClusterIdText => Convert.ToBase64String(ClusterId.ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public int PartitionCount => Topics.Values.Sum(topic => topic.Partitions.Length);

    public TopicImage? Topic(string name) => Topics.GetValueOrDefault(name);

    public TopicImage? Topic(Guid id) => TopicsById.GetValueOrDefault(id);

    internal ClusterImage With(TopicImage topic) => this with
    {
        Version = Version + 1,
        Topics = Topics.SetItem(topic.Name, topic),
        TopicsById = TopicsById.SetItem(topic.Id, topic),
    };

    internal ClusterImage Without(TopicImage topic) => this with
    {
        Version = Version + 1,
        Topics = Topics.Remove(topic.Name),
        TopicsById = TopicsById.Remove(topic.Id),
    };
}

/// <summary>A node as clients reach it.</summary>
public sealed record NodeImage(NodeId Id, string Host, int Port, string? Rack);

/// <summary>A topic.</summary>
/// <param name="Configs">The settings that were given; the rest has the node's defaults.</param>
public sealed record TopicImage(
    Guid Id, string Name, bool IsInternal, ImmutableArray<PartitionImage> Partitions, ImmutableDictionary<string, string> Configs);

/// <summary>A partition of a topic.</summary>
/// <param name="Replicas">Nodes that hold it, the preferred leader first.</param>
/// <param name="Leader">The node that leads it, or <see cref="NodeId.None"/>.</param>
public sealed record PartitionImage(int Number, ImmutableArray<NodeId> Replicas, NodeId Leader, LeaderEpoch Epoch);
