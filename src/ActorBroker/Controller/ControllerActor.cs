using System.Collections.Immutable;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using Akka.Actor;
using Akka.Event;
using Akka.Persistence;

namespace ActorBroker.Controller;

/// <summary>What the controller needs to know of its node.</summary>
/// <param name="Node">The node as clients reach it.</param>
/// <param name="Defaults">Settings of topics that say nothing themselves.</param>
/// <param name="PartitionsMax">Of one topic.</param>
/// <param name="PartitionsTotalMax">Of all topics.</param>
internal sealed record ControllerSettings(NodeImage Node, TopicSettings Defaults, int DefaultPartitions, int PartitionsMax, int PartitionsTotalMax, Func<Guid> NewId);

/// <summary>Keeps the cluster's metadata: topics, their partitions and settings, producer ids. Publishes the <see cref="ClusterImage"/>.</summary>
/// <remarks>One node in the cluster: a persistent actor is its log. Commands and image are the seam behind which a
/// replicated log takes over, see <see cref="IClusterMetadata"/>.</remarks>
internal sealed class ControllerActor : ReceivePersistentActor, IWithTimers
{
    private const int EventsPerSnapshot = 200;
    private const int ProducerIdsPerReservation = 1000;

    private readonly ControllerSettings _settings;
    private readonly PublishedImage _published;
    private readonly IActorRef _partitions;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<Guid, Waiting> _waitingForLeaders = [];
    private readonly Dictionary<Guid, Waiting> _waitingForDrop = [];
    private MetadataState _state;
    private long _nextProducerId;
    private int _eventsSinceSnapshot;

    public ControllerActor(ControllerSettings settings, PublishedImage published, IActorRef partitions)
    {
        _settings = settings;
        _published = published;
        _partitions = partitions;
        _state = MetadataState.Empty(settings.Node);

        Recover<SnapshotOffer>(offer => _state = MetadataState.From((ControllerSnapshot)offer.Snapshot, settings.Node));
        Recover<IMetadataEvent>(e => _state = _state.Apply(e));
        Recover<RecoveryCompleted>(_ => OnRecovered());

        Command<CreateTopic>(OnCreateTopic);
        Command<DeleteTopic>(OnDeleteTopic);
        Command<CreatePartitions>(OnCreatePartitions);
        Command<ConfigureTopic>(OnConfigureTopic);
        Command<ReserveProducerId>(OnReserveProducerId);
        Command<LeaderElected>(OnLeaderElected);
        Command<TopicDropped>(OnTopicDropped);
        Command<WaitOver>(OnWaitOver);
        Command<SaveSnapshotSuccess>(saved => DeleteMessages(saved.Metadata.SequenceNr));
        Command<SaveSnapshotFailure>(failed => _log.Warning("Metadata snapshot was not saved, the log stays longer than needed: {0}", failed.Cause.Message));
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(failed => _log.Warning("Old metadata events were not deleted, the log stays longer than needed: {0}", failed.Cause.Message));
    }

    public override string PersistenceId => "controller";

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr) =>
        _log.Error(cause, "Metadata event {0} was not written: the controller stops, the node cannot change topics until it is restarted", @event.GetType().Name);

    protected override void OnRecoveryFailure(Exception reason, object? message = null) =>
        _log.Error(reason, "The metadata log cannot be read: {0}", reason.Message);

    private void OnRecovered()
    {
        if (_state.Image.ClusterId == Guid.Empty)
        {
            Store(new ClusterCreated(_settings.NewId()), Start);
        }
        else
        {
            Start();
        }
    }

    private void Start()
    {
        _nextProducerId = _state.ProducerIdsEnd;
        _published.Leader = _settings.Node.Id;
        _published.Publish(_state.Image);
        foreach (var topic in _state.Image.Topics.Values)
        {
            _partitions.Tell(new HostPartitions(topic));
        }

        Context.Parent.Tell(new ControllerStarted(_state.Image));
    }

    private void OnCreateTopic(CreateTopic command)
    {
        var partitions = command.Assignment.Length > 0 ? command.Assignment.Length
            : command.Partitions == -1 ? _settings.DefaultPartitions : command.Partitions;
        if (CannotCreate(command, partitions) is { } refusal)
        {
            Refuse(command.Id, refusal.Error, refusal.Message);
            return;
        }

        var created = new TopicCreated(
            _settings.NewId(), command.Name, command.IsInternal, ReplicasFor(partitions), command.Configs.ToDictionary());
        if (command.ValidateOnly)
        {
            Sender.Tell(new TopicReady(command.Id, MetadataState.ImageOf(created)));
            return;
        }

        var sender = Sender;
        Store(created, () =>
        {
            _log.Info("Topic {0} created with {1} partitions, id {2}", created.Name, partitions, created.TopicId);
            var topic = _state.Image.Topics[created.Name];
            WaitForLeaders(topic, new Waiting(command.Id, sender, topic.Name), command.Timeout);
        });
    }

    private (ControllerError Error, string Message)? CannotCreate(CreateTopic command, int partitions)
    {
        if (TopicNames.Validate(command.Name) is { } wrongName)
        {
            return (ControllerError.InvalidTopicName, $"Topic '{Shorten(command.Name)}': {wrongName}.");
        }

        if (_state.Image.Topics.ContainsKey(command.Name))
        {
            return (ControllerError.TopicExists, $"Topic {command.Name} exists already.");
        }

        if (partitions < 1 || partitions > _settings.PartitionsMax)
        {
            return (ControllerError.InvalidPartitions, $"Topic {command.Name}: {partitions} partitions; there can be 1 to {_settings.PartitionsMax} (broker.topics.partitions-max).");
        }

        if (TooManyInAll(partitions) is { } tooMany)
        {
            return (ControllerError.InvalidPartitions, tooMany);
        }

        if (command.ReplicationFactor is not (-1 or 1) && command.Assignment.Length == 0)
        {
            return (ControllerError.InvalidReplicationFactor, $"Topic {command.Name}: replication factor {command.ReplicationFactor}; this cluster has 1 node.");
        }

        if (WrongAssignment(command.Assignment) is { } wrong)
        {
            return (ControllerError.InvalidAssignment, $"Topic {command.Name}: {wrong}");
        }

        return _settings.Defaults.Validate(command.Configs) is { } wrongConfig ? (ControllerError.InvalidConfig, $"Topic {command.Name}: {wrongConfig}") : null;
    }

    private string? TooManyInAll(int more)
    {
        var total = _state.Image.PartitionCount + more;
        return total > _settings.PartitionsTotalMax
            ? $"{total} partitions in all; there can be {_settings.PartitionsTotalMax} (broker.topics.partitions-total-max)."
            : null;
    }

    private string? WrongAssignment(ImmutableArray<ImmutableArray<NodeId>> assignment)
    {
        foreach (var replicas in assignment)
        {
            if (replicas.Length != 1 || replicas[0] != _settings.Node.Id)
            {
                return $"replicas [{string.Join(", ", replicas)}] cannot be placed: the only node is {_settings.Node.Id}.";
            }
        }

        return null;
    }

    private void OnDeleteTopic(DeleteTopic command)
    {
        if (_state.Image.Topic(command.Name) is not { } topic)
        {
            Refuse(command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        var sender = Sender;
        Store(new TopicDeleted(topic.Id, topic.Name), () =>
        {
            _log.Info("Topic {0} deleted, id {1}", topic.Name, topic.Id);
            _partitions.Tell(new DropTopic(topic));
            _waitingForLeaders.Remove(topic.Id);
            _waitingForDrop[topic.Id] = new Waiting(command.Id, sender, topic.Name);
            Timers.StartSingleTimer(topic.Id, new WaitOver(topic.Id), Bounded(command.Timeout));
        });
    }

    private void OnCreatePartitions(CreatePartitions command)
    {
        if (_state.Image.Topic(command.Name) is not { } topic)
        {
            Refuse(command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        var added = command.PartitionsTotal - topic.Partitions.Length;
        if (added <= 0 || command.PartitionsTotal > _settings.PartitionsMax)
        {
            Refuse(command.Id, ControllerError.InvalidPartitions,
                $"Topic {topic.Name} has {topic.Partitions.Length} partitions and cannot have {command.PartitionsTotal}: the number only rises, to at most {_settings.PartitionsMax}.");
            return;
        }

        if (TooManyInAll(added) is { } tooMany)
        {
            Refuse(command.Id, ControllerError.InvalidPartitions, tooMany);
            return;
        }

        if (command.Assignment.Length > 0 && (command.Assignment.Length != added || WrongAssignment(command.Assignment) is not null))
        {
            Refuse(command.Id, ControllerError.InvalidAssignment,
                WrongAssignment(command.Assignment) ?? $"{command.Assignment.Length} assignments for {added} new partitions.");
            return;
        }

        var addition = new PartitionsAdded(topic.Name, ReplicasFor(added));
        if (command.ValidateOnly)
        {
            Sender.Tell(new TopicReady(command.Id, _state.Apply(addition).Image.Topics[topic.Name]));
            return;
        }

        var sender = Sender;
        Store(addition, () =>
        {
            _log.Info("Topic {0} has {1} partitions now", topic.Name, command.PartitionsTotal);
            var grown = _state.Image.Topics[topic.Name];
            WaitForLeaders(grown, new Waiting(command.Id, sender, grown.Name), command.Timeout);
        });
    }

    private void OnConfigureTopic(ConfigureTopic command)
    {
        if (_state.Image.Topic(command.Name) is not { } topic)
        {
            Refuse(command.Id, ControllerError.UnknownTopic, $"Topic '{Shorten(command.Name)}' does not exist.");
            return;
        }

        if (_settings.Defaults.Validate(command.Configs) is { } wrong)
        {
            Refuse(command.Id, ControllerError.InvalidConfig, $"Topic {topic.Name}: {wrong}");
            return;
        }

        if (command.ValidateOnly)
        {
            Sender.Tell(new TopicReady(command.Id, topic));
            return;
        }

        var sender = Sender;
        Store(new TopicConfigured(topic.Name, command.Configs.ToDictionary()), () =>
        {
            var configured = _state.Image.Topics[topic.Name];
            // Answered by the partitions: whoever hears of the new settings finds them in force.
            _partitions.Tell(new HostPartitions(configured, new ReplyToClient(sender, new TopicReady(command.Id, configured))));
        });
    }

    private void OnReserveProducerId(ReserveProducerId command)
    {
        if (_nextProducerId < _state.ProducerIdsEnd)
        {
            Sender.Tell(new ProducerIdReserved(command.Id, _nextProducerId++));
            return;
        }

        var sender = Sender;
        Store(new ProducerIdsReserved(_state.ProducerIdsEnd + ProducerIdsPerReservation), () =>
            sender.Tell(new ProducerIdReserved(command.Id, _nextProducerId++)));
    }

    private void OnLeaderElected(LeaderElected elected)
    {
        if (_state.Image.Topic(elected.TopicId) is not { } topic || elected.Partition.Partition >= topic.Partitions.Length)
        {
            return;
        }

        _state = _state.WithLeader(topic, elected);
        _published.Publish(_state.Image);
        AnswerIfLed(_state.Image.TopicsById[elected.TopicId]);
    }

    private void WaitForLeaders(TopicImage topic, Waiting waiting, TimeSpan timeout)
    {
        if (_waitingForLeaders.Remove(topic.Id, out var earlier))
        {
            earlier.Client.Tell(new ControllerRefused(earlier.Id, ControllerError.TimedOut, $"Topic {topic.Name} was changed again before this change was finished."));
        }

        _waitingForLeaders[topic.Id] = waiting;
        Timers.StartSingleTimer(topic.Id, new WaitOver(topic.Id), Bounded(timeout));
        _partitions.Tell(new HostPartitions(topic));
    }

    private void AnswerIfLed(TopicImage topic)
    {
        if (_waitingForLeaders.TryGetValue(topic.Id, out var waiting) && topic.Partitions.All(partition => partition.Leader != NodeId.None))
        {
            _waitingForLeaders.Remove(topic.Id);
            Timers.Cancel(topic.Id);
            waiting.Client.Tell(new TopicReady(waiting.Id, topic));
        }
    }

    private void OnTopicDropped(TopicDropped dropped)
    {
        if (_waitingForDrop.Remove(dropped.TopicId, out var waiting))
        {
            Timers.Cancel(dropped.TopicId);
            waiting.Client.Tell(new TopicGone(waiting.Id, waiting.Topic, dropped.TopicId));
        }
    }

    private void OnWaitOver(WaitOver over)
    {
        if (_waitingForLeaders.Remove(over.TopicId, out var waiting) || _waitingForDrop.Remove(over.TopicId, out waiting))
        {
            waiting.Client.Tell(new ControllerRefused(waiting.Id, ControllerError.TimedOut, $"Topic {waiting.Topic}: the change is stored but not finished in time."));
        }
    }

    private void Store(IMetadataEvent change, Action then) => Persist(change, stored =>
    {
        _state = _state.Apply(stored);
        _published.Publish(_state.Image);
        then();
        if (++_eventsSinceSnapshot >= EventsPerSnapshot)
        {
            _eventsSinceSnapshot = 0;
            SaveSnapshot(_state.ToSnapshot());
        }
    });

    private int[][] ReplicasFor(int partitions) => Enumerable.Range(0, partitions).Select(_ => new[] { _settings.Node.Id.Value }).ToArray();

    private void Refuse(RequestId id, ControllerError error, string message) => Sender.Tell(new ControllerRefused(id, error, message));

    private static string Shorten(string name) => name.Length <= TopicNames.LengthMax ? name : name[..TopicNames.LengthMax] + "…";

    private static TimeSpan Bounded(TimeSpan timeout) => TimeSpan.FromMilliseconds(Math.Clamp(timeout.TotalMilliseconds, 1, 600_000));

    /// <summary>A client whose command is stored and whose partitions are not yet as it wants them.</summary>
    private sealed record Waiting(RequestId Id, IActorRef Client, string Topic);

    private sealed record WaitOver(Guid TopicId);
}

/// <summary>Event: the metadata is read and the image published.</summary>
internal sealed record ControllerStarted(ClusterImage Image);
