using ActorBroker.Partitions;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>Has this node's partitions follow the image, and holds replies back until they do.</summary>
/// <remarks>Owner: the controller. Begins when the image is up to date: an old one would bring deleted partitions back.</remarks>
internal sealed class ImageHosting(IActorRef partitions, IActorRef self)
{
    private readonly Dictionary<Guid, List<(IActorRef Client, IReply Reply)>> _dropping = [];

    public bool HasBegun { get; private set; }

    public void Begin(ClusterImage image)
    {
        HasBegun = true;
        foreach (var topic in image.Topics.Values)
        {
            partitions.Tell(new HostPartitions(topic), self);
        }

        partitions.Tell(new SweepFolders(image), self);
    }

    /// <param name="events">What led to the image; null: a snapshot took its place.</param>
    public void Applied(ClusterImage before, ClusterImage after, IReadOnlyList<IMetadataEvent>? events)
    {
        if (!HasBegun)
        {
            return;
        }

        var isDeleted = events is null || events.Any(change => change is TopicDeleted);
        foreach (var gone in isDeleted ? before.Topics.Values.Where(topic => after.Topic(topic.Id) is null) : [])
        {
            _dropping.TryAdd(gone.Id, []);
            partitions.Tell(new DropTopic(gone), self);
        }

        foreach (var topicId in events is null ? after.TopicsById.Keys : Changed(after, events))
        {
            if (after.Topic(topicId) is { } topic)
            {
                partitions.Tell(new HostPartitions(topic), self);
            }
        }
    }

    public void Dropped(Guid topicId)
    {
        if (_dropping.Remove(topicId, out var waiting))
        {
            foreach (var (client, reply) in waiting)
            {
                client.Tell(reply, self);
            }
        }
    }

    /// <summary>Gives a reply when what it says holds on this node: new settings are in force, deleted data is gone.</summary>
    public void Deliver(ClusterImage image, IActorRef client, IReply reply)
    {
        if (reply is TopicGone gone && _dropping.TryGetValue(gone.TopicId, out var waiting))
        {
            waiting.Add((client, reply));
        }
        else if (reply is TopicReady ready && image.Topic(ready.Topic.Id) is { } topic)
        {
            partitions.Tell(new HostPartitions(topic, new ReplyToClient(client, reply)), self);
        }
        else
        {
            client.Tell(reply, self);
        }
    }

    /// <summary>Who leads is nothing that a partition has to be told.</summary>
    private static IEnumerable<Guid> Changed(ClusterImage after, IReadOnlyList<IMetadataEvent> events) => events
        .SelectMany(change => change switch
        {
            TopicCreated created => [created.TopicId],
            PartitionsAdded added => IdOf(after, added.Name),
            TopicConfigured configured => IdOf(after, configured.Name),
            MovesStarted started => started.Moves.Select(move => move.TopicId),
            MoveFinished finished => [finished.TopicId],
            MoveCancelled cancelled => [cancelled.TopicId],
            _ => Array.Empty<Guid>(),
        })
        .Distinct();

    private static IEnumerable<Guid> IdOf(ClusterImage image, string name) => image.Topic(name) is { } topic ? [topic.Id] : [];
}
