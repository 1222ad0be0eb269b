using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>The state machine of the metadata log: an image and what clients do not see. Immutable, no I/O, no clock.</summary>
internal sealed record MetadataState(ClusterImage Image, long ProducerIdsEnd)
{
    public static MetadataState Empty(NodeImage node) =>
        new(ClusterImage.Empty with { Nodes = ClusterImage.Empty.Nodes.Add(node.Id, node) }, 0);

    public static MetadataState From(ControllerSnapshot snapshot, NodeImage node)
    {
        var topics = snapshot.Topics.Select(ImageOf).ToArray();
        return new MetadataState(
            Empty(node).Image with
            {
                Version = snapshot.Version,
                ClusterId = snapshot.ClusterId,
                Topics = topics.ToImmutableDictionary(topic => topic.Name),
                TopicsById = topics.ToImmutableDictionary(topic => topic.Id),
            },
            snapshot.ProducerIdsEnd);
    }

    public ControllerSnapshot ToSnapshot() => new(
        Image.ClusterId,
        Image.Version,
        ProducerIdsEnd,
        Image.Topics.Values.Select(topic => new TopicCreated(
            topic.Id,
            topic.Name,
            topic.IsInternal,
            topic.Partitions.Select(partition => partition.Replicas.Select(node => node.Value).ToArray()).ToArray(),
            topic.Configs.ToDictionary())).ToArray());

    public MetadataState Apply(IMetadataEvent change) => change switch
    {
        ClusterCreated created => this with { Image = Image with { ClusterId = created.ClusterId, Version = Image.Version + 1 } },
        TopicCreated created => this with { Image = Image.With(ImageOf(created)) },
        TopicDeleted deleted => Image.Topic(deleted.TopicId) is { } topic ? this with { Image = Image.Without(topic) } : this,
        PartitionsAdded added => this with { Image = Image.With(Grown(Image.Topics[added.Name], added.Replicas)) },
        TopicConfigured configured => this with { Image = Image.With(Image.Topics[configured.Name] with { Configs = configured.Configs.ToImmutableDictionary() }) },
        ProducerIdsReserved reserved => this with { ProducerIdsEnd = Math.Max(ProducerIdsEnd, reserved.End) },
        _ => throw new InvariantException($"metadata event {change.GetType().Name} is known"),
    };

    /// <summary>Leadership is learned from the partitions each time a node starts; it is not stored.</summary>
    public MetadataState WithLeader(TopicImage topic, LeaderElected elected)
    {
        var partition = topic.Partitions[elected.Partition.Partition];
        var led = partition with { Leader = elected.Leader, Epoch = elected.Epoch };
        return this with { Image = Image.With(topic with { Partitions = topic.Partitions.SetItem(partition.Number, led) }) };
    }

    public static TopicImage ImageOf(TopicCreated created) => Grown(
        new TopicImage(created.TopicId, created.Name, created.IsInternal, [], created.Configs.ToImmutableDictionary()), created.Replicas);

    private static TopicImage Grown(TopicImage topic, int[][] replicas) => topic with
    {
        Partitions = topic.Partitions.AddRange(replicas.Select((nodes, i) => new PartitionImage(
            topic.Partitions.Length + i, [.. nodes.Select(node => new NodeId(node))], NodeId.None, LeaderEpoch.None))),
    };
}
