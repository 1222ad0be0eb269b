using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Sessions;
using ActorBroker.Sessions.Native;
using ActorBroker.Sessions.Transport;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker;

/// <summary>Command: tell when the node serves clients. Answered by <see cref="BrokerReady"/>.</summary>
internal sealed record AwaitReady
{
    public static readonly AwaitReady Instance = new();
}

/// <summary>Reply: clients are served; every partition is led, or fenced.</summary>
internal sealed record BrokerReady(IClusterMetadata Metadata);

/// <summary>Command: stop serving, flush and close everything. Answered by <see cref="BrokerStopped"/>.</summary>
internal sealed record StopBroker
{
    public static readonly StopBroker Instance = new();
}

/// <summary>Reply: all data is flushed, all files are closed.</summary>
internal sealed record BrokerStopped
{
    public static readonly BrokerStopped Instance = new();
}

/// <summary>Guardian of a node: starts controller, partitions, coordinators and the front door in order, and stops them in the other.</summary>
internal sealed class BrokerActor : ReceiveActor
{
    private readonly BrokerSettings _settings;
    private readonly IClientListener _listener;
    private readonly TimeProvider _clock;
    private readonly PublishedImage _image;
    private readonly PartitionDirectory _directory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly IActorRef _partitions;
    private readonly IActorRef _controller;
    private readonly IActorRef _groups;
    private readonly List<IActorRef> _waitingForReady = [];
    private readonly HashSet<TopicPartition> _missingLeaders = [];
    private IActorRef? _kafka;
    private IActorRef? _sessions;
    private IActorRef? _stopClient;
    private ClusterImage? _started;

    public BrokerActor(BrokerSettings settings, NodeStorage storage, IClientListener listener, NodeImage node, PublishedImage image, PartitionDirectory directory)
    {
        _settings = settings;
        _listener = listener;
        _clock = storage.Clock;
        _image = image;
        _directory = directory;
        _partitions = Context.ActorOf(
            Props.Create(() => new PartitionsActor(
                settings.NodeId, settings.TopicDefaults, settings.Partition, settings.FlushThreads, storage, directory, node => PartitionsPathOf(node, image))),
            "partitions");
        var controllerSettings = new ControllerSettings(
            node, settings.TopicDefaults, settings.DefaultPartitions, settings.PartitionsMax, settings.PartitionsTotalMax, Guid.NewGuid);
        _controller = Context.ActorOf(Props.Create(() => new ControllerActor(controllerSettings, image, _partitions)), "controller");
        var metadata = new ClusterMetadata(image, _controller);
        _groups = Context.ActorOf(Props.Create(() => new GroupsActor(settings.Groups, metadata, directory, storage.Clock)), "groups");
        Context.ActorOf(Props.Create(() => new JanitorActor(_partitions, settings.RetentionCheckInterval)), "janitor");
        Context.Watch(_controller);

        Receive<ControllerStarted>(OnControllerStarted);
        Receive<LeaderElected>(OnLeaderElected);
        Receive<AwaitReady>(_ => OnAwaitReady());
        Receive<StopBroker>(_ => OnStop());
        Receive<PartitionsClosed>(_ => OnPartitionsClosed());
        Receive<Terminated>(OnTerminated);
    }

    private bool IsReady => _started is not null && _missingLeaders.Count == 0;

    private void OnControllerStarted(ControllerStarted started)
    {
        _started = started.Image;
        foreach (var topic in started.Image.Topics.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                var name = new TopicPartition(topic.Name, partition.Number);
                if (partition.Replicas.Contains(_settings.NodeId) && _directory.Find(name) is null)
                {
                    _missingLeaders.Add(name);
                }
            }
        }

        var services = new NodeServices(
            _settings.NodeId, new ClusterMetadata(_image, _controller), _directory, _groups, _settings.Kafka, _settings.Sessions,
            _settings.TopicDefaults, _settings.AutoCreateTopics, _clock);
        var table = RequestTable.Default();
        _kafka = Context.ActorOf(Props.Create(() => new KafkaListenerActor(_listener, services, table)), "kafka");
        var requests = Context.ActorOf(Props.Create(() => new SessionRequestsActor(services)), "session-requests");
        _sessions = Context.ActorOf(Props.Create(() => new SessionsActor(services, requests)), "sessions");
        Context.Watch(_sessions);
        AnswerIfReady();
    }

    private void OnLeaderElected(LeaderElected elected)
    {
        _controller.Tell(elected, Sender);
        if (_missingLeaders.Remove(elected.Partition))
        {
            AnswerIfReady();
        }
    }

    private static string? PartitionsPathOf(NodeId node, PublishedImage image) =>
        image.Current.Nodes.GetValueOrDefault(node)?.AkkaAddress is { Length: > 0 } address ? $"{address}/user/broker/partitions" : null;

    private void OnAwaitReady()
    {
        _waitingForReady.Add(Sender);
        AnswerIfReady();
    }

    private void AnswerIfReady()
    {
        if (!IsReady)
        {
            return;
        }

        foreach (var client in _waitingForReady)
        {
            client.Tell(new BrokerReady(new ClusterMetadata(_image, _controller)));
        }

        _waitingForReady.Clear();
    }

    private void OnStop()
    {
        if (_stopClient is not null)
        {
            return;
        }

        _stopClient = Sender;
        if (_kafka is not null)
        {
            Context.Stop(_kafka);
        }

        Context.Stop(_groups);
        if (_sessions is null)
        {
            _partitions.Tell(ClosePartitions.Instance);
        }
        else
        {
            // Clients hear that the node goes before their partitions do.
            _sessions.Tell(StopSessions.Instance);
        }
    }

    private void OnPartitionsClosed()
    {
        _stopClient?.Tell(BrokerStopped.Instance);
        Context.Stop(Self);
    }

    private void OnTerminated(Terminated terminated)
    {
        if (terminated.ActorRef.Equals(_sessions))
        {
            _sessions = null;
            if (_stopClient is not null)
            {
                _partitions.Tell(ClosePartitions.Instance);
            }
        }

        if (terminated.ActorRef.Equals(_controller) && _stopClient is null)
        {
            _log.Error("The controller stopped: topics can be used, but not created, changed or deleted, until the node restarts");
            foreach (var client in _waitingForReady)
            {
                client.Tell(new Status.Failure(new NodeStartException("the node's metadata cannot be read; see the log above")));
            }

            _waitingForReady.Clear();
        }
    }
}
