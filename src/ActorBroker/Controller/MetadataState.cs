using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Controller;

/// <summary>The state machine of the metadata log: an image and what clients do not see. Immutable, no I/O, no clock.</summary>
/// <remarks>Every node applies the same events in the same order. An event that does not fit the state (a leader of a topic that has been
/// deleted meanwhile) changes nothing: it was true when it was proposed.</remarks>
/// <param name="MoveNumbersEnd">Above every number that a move ever had; the first has number 1.</param>
internal sealed record MetadataState(ClusterImage Image, long ProducerIdsEnd, long MoveNumbersEnd)
{
    public static readonly MetadataState Empty = new(ClusterImage.Empty, 0, 1);

    public static MetadataState From(ControllerSnapshot snapshot, long version)
    {
        var topics = snapshot.Topics.Select(Restored).ToArray();
        var nodes = ImmutableDictionary.CreateBuilder<NodeId, NodeImage>();
        foreach (var node in snapshot.Nodes)
        {
            nodes[new NodeId(node.Registration.Node)] = WithStatus(ImageOf(node.Registration), node.Status);
        }

        var image = new ClusterImage(
            version,
            snapshot.ClusterId,
            nodes.ToImmutable(),
            topics.ToImmutableDictionary(topic => topic.Name),
            topics.ToImmutableDictionary(topic => topic.Id));
        return new MetadataState(image, snapshot.ProducerIdsEnd, snapshot.MoveNumbersEnd);
    }

    public ControllerSnapshot ToSnapshot() => new(
        Image.ClusterId, ProducerIdsEnd, MoveNumbersEnd, [.. Image.Nodes.Values.Select(Stored)], [.. Image.Topics.Values.Select(Stored)]);

    /// <summary>The state after the events of one record.</summary>
    /// <param name="version">Offset behind the record.</param>
    public MetadataState Apply(IEnumerable<IMetadataEvent> events, long version)
    {
        var state = events.Aggregate(this, (state, change) => state.Apply(change));
        return state with { Image = state.Image with { Version = version } };
    }

    public MetadataState Apply(IMetadataEvent change) => change switch
    {
        ClusterCreated created => Image.ClusterId == Guid.Empty ? WithImage(Image with { ClusterId = created.ClusterId }) : this,
        NodeRegistered registered => WithNode(ImageOf(registered) with { IsDrained = IsDrained(registered.Node) }),
        NodeStatusChanged changed => Image.Nodes.TryGetValue(new NodeId(changed.Node), out var node) ? WithNode(WithStatus(node, changed)) : this,
        NodeRemoved removed => WithImage(Image with { Nodes = Image.Nodes.Remove(new NodeId(removed.Node)) }),
        TopicCreated created => Image.Topic(created.TopicId) is null && Image.Topic(created.Name) is null ? WithImage(Image.With(ImageOf(created))) : this,
        TopicDeleted deleted => Image.Topic(deleted.TopicId) is { } topic ? WithImage(Image.Without(topic)) : this,
        PartitionsAdded added => Image.Topic(added.Name) is { } topic ? WithImage(Image.With(Grown(topic, added.Replicas))) : this,
        TopicConfigured configured => Image.Topic(configured.Name) is { } topic
            ? WithImage(Image.With(topic with { Configs = configured.Configs.ToImmutableDictionary() }))
            : this,
        LeadersElected elected => elected.Topics.Aggregate(this, (state, led) => state.WithLeaders(elected.Node, led)),
        MovesStarted started => started.Moves.Aggregate(this, (state, move) => state.WithMove(move)),
        MoveFinished finished => WithMoveEnded(finished.TopicId, finished.Partition, finished.Number, partition => partition with
        {
            Replicas = partition.Replicas.Replace(partition.Move!.From, partition.Move.To),
            Leader = partition.Move.To,
            Epoch = new LeaderEpoch(finished.Epoch),
            Move = null,
        }),
        MoveCancelled cancelled => WithMoveEnded(cancelled.TopicId, cancelled.Partition, cancelled.Number, partition => partition with { Move = null }),
        ProducerIdsReserved reserved => this with { ProducerIdsEnd = Math.Max(ProducerIdsEnd, reserved.End) },
        _ => throw new InvariantException($"metadata event {change.GetType().Name} is known"),
    };

    public static TopicImage ImageOf(TopicCreated created) => Grown(
        new TopicImage(created.TopicId, created.Name, created.IsInternal, [], created.Configs.ToImmutableDictionary()), created.Replicas);

    private bool IsDrained(int node) => Image.Nodes.TryGetValue(new NodeId(node), out var known) && known.IsDrained;

    private MetadataState WithImage(ClusterImage image) => this with { Image = image };

    private MetadataState WithNode(NodeImage node)
    {
        var image = node.Status == NodeStatus.Online && node.IsDrained ? node with { Status = NodeStatus.Draining } : node;
        return WithImage(Image with { Nodes = Image.Nodes.SetItem(node.Id, image) });
    }

    /// <summary>One builder for all partitions of a topic, since there may be thousands.</summary>
    private MetadataState WithLeaders(int node, LedTopic led)
    {
        if (Image.Topic(led.TopicId) is not { } topic)
        {
            return this;
        }

        var leader = new NodeId(node);
        var partitions = topic.Partitions.ToBuilder();
        foreach (var (number, epoch) in led.Partitions.Zip(led.Epochs))
        {
            if (topic.Partition(number) is not null && partitions[number] is var partition && partition.Replicas.Contains(leader)
                && epoch >= partition.Epoch.Value)
            {
                partitions[number] = partition with { Leader = leader, Epoch = new LeaderEpoch(epoch) };
            }
        }

        return WithImage(Image.With(topic with { Partitions = partitions.ToImmutable() }));
    }

    private MetadataState WithMove(StartedMove move)
    {
        var numbered = this with { MoveNumbersEnd = Math.Max(MoveNumbersEnd, move.Number + 1) };
        if (Image.Topic(move.TopicId) is not { } topic || topic.Partition(move.Partition) is not { Move: null } partition
            || !partition.Replicas.Contains(new NodeId(move.From)) || partition.Replicas.Contains(new NodeId(move.To)))
        {
            return numbered;
        }

        return numbered.WithPartition(topic, partition with { Move = new PartitionMove(move.Number, new NodeId(move.From), new NodeId(move.To)) });
    }

    private MetadataState WithMoveEnded(Guid topicId, int number, long move, Func<PartitionImage, PartitionImage> end) =>
        Image.Topic(topicId) is { } topic && topic.Partition(number) is { Move: { } under } partition && under.Number == move
            ? WithPartition(topic, end(partition))
            : this;

    private MetadataState WithPartition(TopicImage topic, PartitionImage partition) =>
        WithImage(Image.With(topic with { Partitions = topic.Partitions.SetItem(partition.Number, partition) }));

    private static NodeImage ImageOf(NodeRegistered node) =>
        new(new NodeId(node.Node), node.Host, node.Port, node.Rack, node.AkkaAddress, node.Incarnation, node.FolderId);

    private static NodeImage WithStatus(NodeImage node, NodeStatusChanged status) => node with
    {
        IsDrained = status.IsDrained,
        IsLeaving = status.IsLeaving,
        Status = !status.IsAlive ? NodeStatus.Offline : status.IsDrained || status.IsLeaving ? NodeStatus.Draining : NodeStatus.Online,
    };

    private static StoredNode Stored(NodeImage node) => new(
        new NodeRegistered(node.Id.Value, node.Incarnation, node.FolderId, node.Host, node.Port, node.Rack, node.AkkaAddress),
        new NodeStatusChanged(node.Id.Value, node.IsOnline, node.IsDrained, node.IsLeaving));

    private static StoredTopic Stored(TopicImage topic) => new(
        new TopicCreated(
            topic.Id,
            topic.Name,
            topic.IsInternal,
            [.. topic.Partitions.Select(partition => partition.Replicas.Select(node => node.Value).ToArray())],
            topic.Configs.ToDictionary()),
        [.. topic.Partitions.Select(partition => partition.Leader.Value)],
        [.. topic.Partitions.Select(partition => partition.Epoch.Value)],
        [.. topic.Partitions.Where(partition => partition.Move is not null).Select(partition => new StartedMove(
            topic.Id, partition.Number, partition.Move!.Number, partition.Move.From.Value, partition.Move.To.Value))]);

    private static TopicImage Restored(StoredTopic stored)
    {
        var topic = ImageOf(stored.Topic);
        var moves = stored.Moves.ToDictionary(
            move => move.Partition, move => new PartitionMove(move.Number, new NodeId(move.From), new NodeId(move.To)));
        return topic with
        {
            Partitions = [.. topic.Partitions.Select(partition => partition with
            {
                Leader = new NodeId(stored.Leaders[partition.Number]),
                Epoch = new LeaderEpoch(stored.Epochs[partition.Number]),
                Move = moves.GetValueOrDefault(partition.Number),
            })],
        };
    }

    private static TopicImage Grown(TopicImage topic, int[][] replicas) => topic with
    {
        Partitions = topic.Partitions.AddRange(replicas.Select((nodes, i) => new PartitionImage(
            topic.Partitions.Length + i, [.. nodes.Select(node => new NodeId(node))], NodeId.None, LeaderEpoch.None))),
    };
}
