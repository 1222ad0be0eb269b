using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Log;
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
    private readonly Dictionary<TopicPartition, LeaderEpoch?> _missingLeaders = [];
    private IActorRef? _kafka;
    private IActorRef? _sessions;
    private IActorRef? _stopClient;
    private bool _hasLeft;
    private string? _failure;
    private bool _isControllerGone;
    private string? _refusal;
    private ClusterImage? _started;

    public BrokerActor(BrokerSettings settings, NodeStorage storage, IClientListener listener, NodeImage node, PublishedImage image, PartitionDirectory directory, Random random)
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
            node, settings.TopicDefaults, settings.DefaultPartitions, settings.PartitionsMax, settings.PartitionsTotalMax, settings.Cluster, Guid.NewGuid, random);
        _controller = Context.ActorOf(Props.Create(() => new ControllerActor(controllerSettings, image, _partitions, storage)).WithDispatcher("broker.control-dispatcher"), "controller");
        var metadata = new ClusterMetadata(image, _controller);
        _groups = Context.ActorOf(Props.Create(() => new GroupsActor(settings.Groups, metadata, directory, storage.Clock)), "groups");
        Context.ActorOf(Props.Create(() => new JanitorActor(_partitions, settings.RetentionCheckInterval)), "janitor");
        Context.Watch(_controller);

        Receive<ControllerStarted>(OnControllerStarted);
        Receive<ImagePublished>(published => OnImage(published.Image));
        Receive<NodeRejected>(OnRejected);
        Receive<ControllerFailed>(failed => _failure = failed.Reason);
        Receive<LeaderElected>(OnLeaderElected);
        Receive<AwaitReady>(_ => OnAwaitReady());
        Receive<StopBroker>(_ => OnStop());
        Receive<CopyReady>(ready => _controller.Forward(ready));
        Receive<CopyFailed>(failed => _controller.Forward(failed));
        Receive<ClusterLeft>(_ => OnLeft());
        Receive<PartitionsClosed>(_ => OnPartitionsClosed());
        Receive<Terminated>(OnTerminated);
    }

    /// <summary>A controller whose disk fails is not restarted; for any other failure it begins anew from its disk.</summary>
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(3, TimeSpan.FromMinutes(1), localOnlyDecider: cause =>
    {
        _log.Error(cause, "A part of the node failed: {0}", cause.Message);
        _failure = cause.Message;
        return cause is LogIOException or ActorInitializationException ? Directive.Stop : Directive.Restart;
    });

    private bool IsReady => _started is not null && _missingLeaders.Count == 0;

    private void OnControllerStarted(ControllerStarted started)
    {
        if (_started is not null)
        {
            return;    // the controller was restarted; everything else has gone on
        }

        _started = started.Image;
        foreach (var topic in started.Image.Topics.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                var name = new TopicPartition(topic.Name, partition.Number);
                if (partition.Replicas.Contains(_settings.NodeId) && partition.Move is null)
                {
                    _missingLeaders.Add(name, null);
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
        if (!_missingLeaders.ContainsKey(elected.Partition))
        {
            return;
        }

        if (IsKnown(_image.Current, elected.Partition, elected.Epoch))
        {
            _missingLeaders.Remove(elected.Partition);
            AnswerIfReady();
        }
        else
        {
            _missingLeaders[elected.Partition] = elected.Epoch;
        }
    }

    /// <summary>Whether everybody knows that this node leads a partition, or that it does not have it any more.</summary>
    private bool IsKnown(ClusterImage image, TopicPartition name, LeaderEpoch? epoch) =>
        image.Partition(name) is not { } partition || !partition.Replicas.Contains(_settings.NodeId)
        || (epoch is { } elected && partition.Leader == _settings.NodeId && partition.Epoch >= elected);

    private static string? PartitionsPathOf(NodeId node, PublishedImage image) =>
        image.Current.Nodes.GetValueOrDefault(node)?.AkkaAddress is { Length: > 0 } address ? $"{address}/user/broker/partitions" : null;

    /// <summary>Ready is a node when everybody knows that it leads what it has.</summary>
    private void OnImage(ClusterImage image)
    {
        if (_missingLeaders.Count == 0)
        {
            return;
        }

        foreach (var (name, epoch) in _missingLeaders.ToArray())
        {
            if (IsKnown(image, name, epoch))
            {
                _missingLeaders.Remove(name);
            }
        }

        AnswerIfReady();
    }

    private void OnAwaitReady()
    {
        _waitingForReady.Add(Sender);
        if (_started is null)
        {
            RefuseIfHopeless();
        }

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
        if (_isControllerGone)
        {
            OnLeft();
        }
        else
        {
            _controller.Tell(LeaveCluster.Instance);
        }
    }

    /// <summary>What could be handed over is: clients go elsewhere.</summary>
    private void OnLeft()
    {
        if (_stopClient is null || _hasLeft)
        {
            return;
        }

        _hasLeft = true;
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

    private void OnRejected(NodeRejected rejected)
    {
        if (_started is not null)
        {
            return;
        }

        _log.Error("Node {0} may not be part of the cluster: {1}", _settings.NodeId, rejected.Reason);
        _refusal = $"node {_settings.NodeId} may not be part of the cluster: {rejected.Reason}";
        RefuseIfHopeless();
    }

    private void RefuseIfHopeless()
    {
        if (_refusal is { } refusal)
        {
            foreach (var client in _waitingForReady)
            {
                client.Tell(new Status.Failure(new NodeStartException(refusal)));
            }

            _waitingForReady.Clear();
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

        if (terminated.ActorRef.Equals(_controller))
        {
            OnControllerGone();
        }
    }

    private void OnControllerGone()
    {
        _isControllerGone = true;
        if (_stopClient is not null)
        {
            OnLeft();
            return;
        }

        var reason = $"the node's metadata cannot be read or written: {_failure ?? "see the log above"}";
        _log.Error("The controller stopped, {0}. This node's partitions can be used, but it hears of no change of topics and nodes. Make room, or mend the disk, and restart the node", reason);
        _image.Substitute = Context.ActorOf(Props.Create(() => new StoppedControllerActor(reason)), "stopped-controller");
        _refusal ??= reason;
        RefuseIfHopeless();
    }
}
