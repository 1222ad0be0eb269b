using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>Immutable snapshot of the cluster's metadata. Everyone reads it; only the controller makes a new one.</summary>
/// <param name="Version">Offset of the metadata log behind the last record that it holds; rises with each change.</param>
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
    public string ClusterIdText => TextOf(ClusterId);

    /// <summary>A cluster's id as clients see it: 22 characters.</summary>
    public static string TextOf(Guid clusterId) => Convert.ToBase64String(clusterId.ToByteArray()).TrimEnd('=').Replace('+', '-').Replace('/', '_');

    public int PartitionCount => Topics.Values.Sum(topic => topic.Partitions.Length);

    /// <summary>The nodes that clients can reach.</summary>
    public IEnumerable<NodeImage> OnlineNodes => Nodes.Values.Where(node => node.IsOnline).OrderBy(node => node.Id.Value);

    /// <summary>The node that serves a partition now: its leader while that node is online, otherwise <see cref="NodeId.None"/>.</summary>
    public NodeId LeaderOf(PartitionImage partition) => IsOnline(partition.Leader) ? partition.Leader : NodeId.None;

    public bool IsOnline(NodeId node) => Nodes.TryGetValue(node, out var image) && image.IsOnline;

    public TopicImage? Topic(string name) => Topics.GetValueOrDefault(name);

    public TopicImage? Topic(Guid id) => TopicsById.GetValueOrDefault(id);

    /// <summary>Null when there is no such topic, or no partition of that number in it.</summary>
    public PartitionImage? Partition(TopicPartition name) => Topic(name.Topic)?.Partition(name.Partition);

    internal ClusterImage With(TopicImage topic) => this with
    {
        Topics = Topics.SetItem(topic.Name, topic),
        TopicsById = TopicsById.SetItem(topic.Id, topic),
    };

    internal ClusterImage Without(TopicImage topic) => this with
    {
        Topics = Topics.Remove(topic.Name),
        TopicsById = TopicsById.Remove(topic.Id),
    };
}

/// <summary>What is known of a node's state.</summary>
public enum NodeStatus
{
    Online,

    /// <summary>Serves clients, gets no new partitions and hands over those that it has.</summary>
    Draining,

    /// <summary>Ended, or not heard of. What only it holds cannot be reached until it is back.</summary>
    Offline,
}

/// <summary>A node of the cluster.</summary>
/// <param name="Host">Where Kafka clients reach it.</param>
/// <param name="AkkaAddress">Where its actors are reached: <c>akka.tcp://system@host:port</c>.</param>
/// <param name="Incarnation">Rises when the node begins anew with an empty data folder.</param>
/// <param name="FolderId">Of the data folder that holds what the node has.</param>
/// <param name="IsDrained">A person wants it to be empty, until it is told otherwise.</param>
/// <param name="IsLeaving">It hands over because it ends.</param>
public sealed record NodeImage(
    NodeId Id,
    string Host,
    int Port,
    string? Rack,
    string AkkaAddress = "",
    int Incarnation = 0,
    Guid FolderId = default,
    NodeStatus Status = NodeStatus.Online,
    bool IsDrained = false,
    bool IsLeaving = false)
{
    public bool IsOnline => Status != NodeStatus.Offline;
}

/// <summary>A topic.</summary>
/// <param name="Configs">The settings that were given; the rest has the node's defaults.</param>
public sealed record TopicImage(
    Guid Id, string Name, bool IsInternal, ImmutableArray<PartitionImage> Partitions, ImmutableDictionary<string, string> Configs)
{
    /// <summary>Null when there is no partition of that number.</summary>
    public PartitionImage? Partition(int number) => number >= 0 && number < Partitions.Length ? Partitions[number] : null;
}

/// <summary>A partition of a topic.</summary>
/// <param name="Replicas">Nodes that hold it, the preferred leader first.</param>
/// <param name="Leader">The node that leads it when it is up (see <see cref="ClusterImage.LeaderOf"/>), or <see cref="NodeId.None"/>.</param>
/// <param name="Move">The move that is under way; null when there is none.</param>
public sealed record PartitionImage(int Number, ImmutableArray<NodeId> Replicas, NodeId Leader, LeaderEpoch Epoch, PartitionMove? Move = null);

/// <summary>A replica on its way from one node to another.</summary>
/// <param name="Number">Unique in the cluster; rises.</param>
public sealed record PartitionMove(long Number, NodeId From, NodeId To);
