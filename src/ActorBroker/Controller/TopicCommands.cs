using System.Collections.Immutable;
using ActorBroker.Messages;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>Creates, changes and deletes topics, and reserves producer ids, while this node leads the metadata log.</summary>
internal sealed class TopicCommands(ILeadership leadership)
{
    private const int ProducerIdsPerReservation = 1000;

    private readonly Dictionary<Guid, Waiting> _waitingForLeaders = [];
    private readonly Queue<(CommandSender Sender, RequestId Id)> _waitingForProducerIds = [];
    private long _nextProducerId = -1;
    private long _producerIdsEnd = -1;
    private bool _reserves;

    private ControllerSettings Settings => leadership.Settings;

    private ClusterImage Tip => leadership.Tip.Image;

    public void Create(CreateTopic command, CommandSender sender)
    {
        var partitions = command.Assignment.Length > 0 ? command.Assignment.Length
            : command.Partitions == -1 ? Settings.DefaultPartitions : command.Partitions;
        if (CannotCreate(command, partitions) is { } refusal)
        {
            Refuse(sender, command.Id, refusal.Error, refusal.Message);
            return;
        }

        if (Place(command.Assignment, partitions, null) is not { } replicas)
        {
            Refuse(sender, command.Id, ControllerError.InvalidReplicationFactor, NoNode(command.Name));
            return;
        }

        var created = new TopicCreated(Settings.NewId(), command.Name, command.IsInternal, replicas, command.Configs.ToDictionary());
        if (command.ValidateOnly)
        {
            leadership.Reply(sender, new TopicReady(command.Id, MetadataState.ImageOf(created)));
            return;
        }

        // Known before it is proposed: the nodes that hear of the topic first may have partitions to report before this continues.
        WaitForLeaders(created.TopicId, created.Name, command.Id, sender, command.Timeout);
        leadership.Propose([created], isCommitted => Proposed(created.TopicId, isCommitted, () =>
            leadership.Log.Info("Topic {0} created with {1} partitions, id {2}", created.Name, partitions, created.TopicId)));
    }

    public void Delete(DeleteTopic command, CommandSender sender)
    {
        if (Tip.Topic(command.Name) is not { } topic)
        {
            Refuse(sender, command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        leadership.Propose([new TopicDeleted(topic.Id, topic.Name)], isCommitted =>
        {
            if (isCommitted)
            {
                leadership.Log.Info("Topic {0} deleted, id {1}", topic.Name, topic.Id);
                leadership.Reply(sender, new TopicGone(command.Id, topic.Name, topic.Id));
            }
            else
            {
                NotKnown(sender, command.Id, topic.Name);
            }
        });
    }

    public void CreatePartitions(CreatePartitions command, CommandSender sender)
    {
        if (Tip.Topic(command.Name) is not { } topic)
        {
            Refuse(sender, command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        var added = command.PartitionsTotal - topic.Partitions.Length;
        if (added <= 0 || command.PartitionsTotal > Settings.PartitionsMax)
        {
            Refuse(sender, command.Id, ControllerError.InvalidPartitions,
                $"Topic {topic.Name} has {topic.Partitions.Length} partitions and cannot have {command.PartitionsTotal}: the number only rises, to at most {Settings.PartitionsMax}.");
            return;
        }

        if (TooManyInAll(added) is { } tooMany)
        {
            Refuse(sender, command.Id, ControllerError.InvalidPartitions, tooMany);
            return;
        }

        if (command.Assignment.Length > 0 && (command.Assignment.Length != added || WrongAssignment(command.Assignment) is not null))
        {
            Refuse(sender, command.Id, ControllerError.InvalidAssignment,
                WrongAssignment(command.Assignment) ?? $"{command.Assignment.Length} assignments for {added} new partitions.");
            return;
        }

        if (Place(command.Assignment, added, topic) is not { } replicas)
        {
            Refuse(sender, command.Id, ControllerError.InvalidReplicationFactor, NoNode(topic.Name));
            return;
        }

        var addition = new PartitionsAdded(topic.Name, replicas);
        if (command.ValidateOnly)
        {
            leadership.Reply(sender, new TopicReady(command.Id, leadership.Tip.Apply(addition).Image.Topics[topic.Name]));
            return;
        }

        WaitForLeaders(topic.Id, topic.Name, command.Id, sender, command.Timeout);
        leadership.Propose([addition], isCommitted => Proposed(topic.Id, isCommitted, () =>
            leadership.Log.Info("Topic {0} has {1} partitions now", topic.Name, command.PartitionsTotal)));
    }

    public void Configure(ConfigureTopic command, CommandSender sender)
    {
        if (Tip.Topic(command.Name) is not { } topic)
        {
            Refuse(sender, command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        if (Settings.Defaults.Validate(command.Configs) is { } wrong)
        {
            Refuse(sender, command.Id, ControllerError.InvalidConfig, $"Topic {topic.Name}: {wrong}");
            return;
        }

        if (command.ValidateOnly)
        {
            leadership.Reply(sender, new TopicReady(command.Id, topic));
            return;
        }

        leadership.Propose([new TopicConfigured(topic.Name, command.Configs.ToDictionary())], isCommitted =>
        {
            if (isCommitted && leadership.Committed.Topic(topic.Id) is { } configured)
            {
                leadership.Reply(sender, new TopicReady(command.Id, configured));
            }
            else
            {
                NotKnown(sender, command.Id, topic.Name);
            }
        });
    }

    /// <summary>Hands out the next id of the reserved ones; what this leader reserved and did not hand out is never used.</summary>
    public void ReserveProducerId(ReserveProducerId command, CommandSender sender)
    {
        _waitingForProducerIds.Enqueue((sender, command.Id));
        HandOutProducerIds();
    }

    /// <summary>The image has changed.</summary>
    public void OnCommitted()
    {
        foreach (var (topicId, waiting) in _waitingForLeaders.ToArray())
        {
            if (waiting.IsStored && leadership.Committed.Topic(topicId) is { } topic
                && topic.Partitions.All(static partition => partition.Leader != NodeId.None))
            {
                _waitingForLeaders.Remove(topicId);
                leadership.Reply(waiting.Sender, new TopicReady(waiting.Id, topic));
            }
            else if (waiting.IsStored && leadership.Committed.Topic(topicId) is null)
            {
                _waitingForLeaders.Remove(topicId);
                Refuse(waiting.Sender, waiting.Id, ControllerError.UnknownTopic, $"Topic {waiting.Topic} has been deleted.");
            }
        }
    }

    public void OnTick()
    {
        foreach (var (topicId, waiting) in _waitingForLeaders.ToArray())
        {
            if (leadership.Now >= waiting.Until)
            {
                _waitingForLeaders.Remove(topicId);
                Refuse(waiting.Sender, waiting.Id, ControllerError.TimedOut, $"Topic {waiting.Topic}: the change is stored but not finished in time.");
            }
        }
    }

    /// <summary>This node leads no longer: what became of the commands that wait, the next leader knows.</summary>
    public void Abandon()
    {
        foreach (var waiting in _waitingForLeaders.Values)
        {
            NotKnown(waiting.Sender, waiting.Id, waiting.Topic);
        }

        _waitingForLeaders.Clear();
        RefuseProducerIds();
    }

    /// <summary>What is wrong with explicit replicas; null when nothing is.</summary>
    public string? WrongReplicas(ImmutableArray<NodeId> replicas)
    {
        if (replicas.Length != 1)
        {
            return $"replicas [{string.Join(", ", replicas)}] cannot be placed: a partition has one replica.";
        }

        return !Tip.Nodes.TryGetValue(replicas[0], out var node) ? $"there is no node {replicas[0]}."
            : node.Status != NodeStatus.Online ? $"node {node.Id} is {node.Status.ToString().ToLowerInvariant()}."
            : null;
    }

    private (ControllerError Error, string Message)? CannotCreate(CreateTopic command, int partitions)
    {
        if (TopicNames.Validate(command.Name) is { } wrongName)
        {
            return (ControllerError.InvalidTopicName, $"Topic '{Shorten(command.Name)}': {wrongName}.");
        }

        if (Tip.Topics.ContainsKey(command.Name))
        {
            return (ControllerError.TopicExists, $"Topic {command.Name} exists already.");
        }

        if (partitions < 1 || partitions > Settings.PartitionsMax)
        {
            return (ControllerError.InvalidPartitions, $"Topic {command.Name}: {partitions} partitions; there can be 1 to {Settings.PartitionsMax} (broker.topics.partitions-max).");
        }

        if (TooManyInAll(partitions) is { } tooMany)
        {
            return (ControllerError.InvalidPartitions, tooMany);
        }

        if (command.ReplicationFactor is not (-1 or 1) && command.Assignment.Length == 0)
        {
            return (ControllerError.InvalidReplicationFactor, $"Topic {command.Name}: replication factor {command.ReplicationFactor}; a partition has 1 replica.");
        }

        if (WrongAssignment(command.Assignment) is { } wrong)
        {
            return (ControllerError.InvalidAssignment, $"Topic {command.Name}: {wrong}");
        }

        return Settings.Defaults.Validate(command.Configs) is { } wrongConfig ? (ControllerError.InvalidConfig, $"Topic {command.Name}: {wrongConfig}") : null;
    }

    private string? TooManyInAll(int more)
    {
        var total = Tip.PartitionCount + more;
        return total > Settings.PartitionsTotalMax
            ? $"{total} partitions in all; there can be {Settings.PartitionsTotalMax} (broker.topics.partitions-total-max)."
            : null;
    }

    private string? WrongAssignment(ImmutableArray<ImmutableArray<NodeId>> assignment)
    {
        foreach (var replicas in assignment)
        {
            if (WrongReplicas(replicas) is { } wrong)
            {
                return wrong;
            }
        }

        return null;
    }

    private int[][]? Place(ImmutableArray<ImmutableArray<NodeId>> assignment, int partitions, TopicImage? existing)
    {
        var chosen = assignment.Length > 0 ? assignment
            : Placement.Assign(Heard(), partitions, 1, existing?.Partitions) ?? Placement.Assign(Tip, partitions, 1, existing?.Partitions);
        return chosen is { } replicas ? [.. replicas.Select(nodes => nodes.Select(node => node.Value).ToArray())] : null;
    }

    /// <summary>The cluster without the nodes that are silent at the moment: a partition that is placed there would wait for them.</summary>
    private ClusterImage Heard() => Tip.Nodes.Values.All(node => leadership.IsHeard(node.Id)) ? Tip : Tip with
    {
        Nodes = Tip.Nodes.ToImmutableDictionary(
            node => node.Key, node => leadership.IsHeard(node.Key) ? node.Value : node.Value with { Status = NodeStatus.Offline }),
    };

    private void WaitForLeaders(Guid topicId, string topic, RequestId id, CommandSender sender, TimeSpan timeout)
    {
        if (_waitingForLeaders.Remove(topicId, out var earlier))
        {
            Refuse(earlier.Sender, earlier.Id, ControllerError.TimedOut, $"Topic {topic} was changed again before this change was finished.");
        }

        _waitingForLeaders[topicId] = new Waiting(id, sender, topic, leadership.Now + Bounded(timeout), false);
    }

    private void Proposed(Guid topicId, bool isCommitted, Action tell)
    {
        if (!isCommitted)
        {
            if (_waitingForLeaders.Remove(topicId, out var waiting))
            {
                NotKnown(waiting.Sender, waiting.Id, waiting.Topic);
            }

            return;
        }

        tell();
        if (_waitingForLeaders.TryGetValue(topicId, out var stored))
        {
            _waitingForLeaders[topicId] = stored with { IsStored = true };
            OnCommitted();
        }
    }

    private void HandOutProducerIds()
    {
        while (_nextProducerId < _producerIdsEnd && _waitingForProducerIds.TryDequeue(out var waiting))
        {
            leadership.Reply(waiting.Sender, new ProducerIdReserved(waiting.Id, _nextProducerId++));
        }

        if (_waitingForProducerIds.Count == 0 || _reserves)
        {
            return;
        }

        _reserves = true;
        var first = leadership.Tip.ProducerIdsEnd;
        leadership.Propose([new ProducerIdsReserved(first + ProducerIdsPerReservation)], isCommitted =>
        {
            _reserves = false;
            if (isCommitted)
            {
                (_nextProducerId, _producerIdsEnd) = (first, first + ProducerIdsPerReservation);
                HandOutProducerIds();
            }
            else
            {
                RefuseProducerIds();
            }
        });
    }

    private void RefuseProducerIds()
    {
        while (_waitingForProducerIds.TryDequeue(out var waiting))
        {
            Refuse(waiting.Sender, waiting.Id, ControllerError.NotAvailable, "The metadata leader has changed.");
        }
    }

    private void NotKnown(CommandSender sender, RequestId id, string topic) =>
        Refuse(sender, id, ControllerError.NotAvailable, $"Topic {topic}: the metadata leader has changed; look whether the change was made.");

    private void Refuse(CommandSender sender, RequestId id, ControllerError error, string message) =>
        leadership.Reply(sender, new ControllerRefused(id, error, message));

    private static string NoNode(string topic) => $"Topic {topic}: no node is online and not draining.";

    private static string Shorten(string name) => name.Length <= TopicNames.LengthMax ? name : name[..TopicNames.LengthMax] + "…";

    private static TimeSpan Bounded(TimeSpan timeout) => TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds, 1, 600_000));

    /// <summary>A client whose command is proposed and whose partitions do not all have leaders yet.</summary>
    private sealed record Waiting(RequestId Id, CommandSender Sender, string Topic, TimeSpan Until, bool IsStored);
}
