using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Cluster;

/// <summary>The cluster as the client knows it. Immutable.</summary>
/// <param name="Number">Rises with each renewal; 0: nothing is known yet.</param>
/// <param name="ClusterId">"" while nothing is known.</param>
/// <param name="Topics">Those that somebody has asked for, also when the answer was an error.</param>
internal sealed record ClusterView(
    long Number, string ClusterId, ImmutableDictionary<NodeId, ClusterNode> Nodes, ImmutableDictionary<string, ClusterTopic> Topics)
{
    public static readonly ClusterView Empty = new(
        0, "", ImmutableDictionary<NodeId, ClusterNode>.Empty, ImmutableDictionary.Create<string, ClusterTopic>(StringComparer.Ordinal));

    public NodeId Controller { get; init; } = NodeId.None;

    /// <summary><see cref="NodeId.None"/> when the partition is unknown or nobody leads it.</summary>
    public NodeId LeaderOf(TopicPartition partition) => Find(partition)?.Leader ?? NodeId.None;

    /// <summary><see cref="LeaderEpoch.None"/> when the partition is unknown.</summary>
    public LeaderEpoch EpochOf(TopicPartition partition) => Find(partition)?.Epoch ?? LeaderEpoch.None;

    /// <summary>Null when it is unknown.</summary>
    public ClusterPartition? Find(TopicPartition partition)
    {
        if (!Topics.TryGetValue(partition.Topic, out var topic) || topic.Partitions.IsDefault)
        {
            return null;
        }

        // Numbers are dense, so the index is almost always the number.
        var atIndex = (uint)partition.Partition < (uint)topic.Partitions.Length ? topic.Partitions[partition.Partition] : null;
        return atIndex?.Number == partition.Partition ? atIndex : topic.Partitions.FirstOrDefault(p => p.Number == partition.Partition);
    }

    /// <summary>Without those that do not exist.</summary>
    public ClusterView OnlyKnownTopics() => this with
    {
        Number = Number + 1,
        Topics = Topics.RemoveRange(Topics.Values.Where(topic => topic.Error == SessionError.UnknownTopicOrPartition).Select(topic => topic.Name)),
    };

    /// <param name="areAllTopics">Topics that the answer does not have are gone.</param>
    public ClusterView Merge(ClusterDescribed answer, bool areAllTopics)
    {
        var topics = areAllTopics ? Empty.Topics.ToBuilder() : Topics.ToBuilder();
        foreach (var topic in answer.Topics)
        {
            topics[topic.Name] = Topics.TryGetValue(topic.Name, out var known) ? Newer(known, topic) : topic;
        }

        return new ClusterView(Number + 1, answer.ClusterId, answer.Nodes.ToImmutableDictionary(node => node.Id), topics.ToImmutable())
        {
            Controller = answer.Controller,
        };
    }

    /// <summary>Leaders never go back to an older epoch: the node that answers may have fallen behind the one that answered before.</summary>
    private static ClusterTopic Newer(ClusterTopic known, ClusterTopic topic)
    {
        if (known.Id != topic.Id || known.Error != SessionError.None || topic.Error != SessionError.None)
        {
            return topic;
        }

        var byNumber = known.Partitions.ToDictionary(partition => partition.Number);
        return topic with
        {
            Partitions = [.. topic.Partitions.Select(p => byNumber.TryGetValue(p.Number, out var old) && old.Epoch > p.Epoch ? old : p)],
        };
    }
}
