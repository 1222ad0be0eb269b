using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <summary>Starts, supervises and stops the partitions that this node holds, one child each, and keeps the <see cref="PartitionDirectory"/>.</summary>
/// <remarks>A child that fails is a bug: it is restarted and recovers as after a crash, three times a minute at most; then it stays
/// stopped and its clients get storage errors. A disk error fences the child itself, without this actor.</remarks>
internal sealed class PartitionsActor : ReceiveActor
{
    private readonly NodeId _node;
    private readonly TopicSettings _defaults;
    private readonly PartitionSettings _settings;
    private readonly NodeStorage _storage;
    private readonly PartitionDirectory _directory;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, Child> _children = [];
    private readonly Dictionary<TopicPartition, IActorRef> _byName = [];
    private readonly Dictionary<TopicPartition, HostPartitions> _hostWhenGone = [];
    private readonly Dictionary<Guid, (int Left, IActorRef Client)> _dropping = [];
    private readonly List<IActorRef> _flushers = [];
    private IActorRef? _closedClient;

    public PartitionsActor(NodeId node, TopicSettings defaults, PartitionSettings settings, int flushThreads, NodeStorage storage, PartitionDirectory directory)
    {
        _node = node;
        _defaults = defaults;
        _settings = settings;
        _storage = storage;
        _directory = directory;
        for (var i = 0; i < flushThreads; i++)
        {
            _flushers.Add(Context.ActorOf(Props.Create(() => new FlushActor()).WithDispatcher("broker.io-dispatcher"), $"flush-{i}"));
        }

        Receive<HostPartitions>(OnHost);
        Receive<LeaderElected>(OnLeaderElected);
        Receive<PartitionFenced>(OnFenced);
        Receive<DropTopic>(OnDropTopic);
        Receive<ApplyRetention>(OnApplyRetention);
        Receive<ClosePartitions>(_ => OnClose());
        Receive<Terminated>(OnTerminated);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        maxNrOfRetries: 3,
        withinTimeRange: TimeSpan.FromMinutes(1),
        localOnlyDecider: cause =>
        {
            _log.Error(cause, "A partition failed: {0}", cause.Message);
            return Directive.Restart;
        });

    protected override void PreStart()
    {
        try
        {
            PartitionLog.DeleteLeftovers(_storage.Files, _storage.PartitionsFolder);
        }
        catch (LogIOException cause)
        {
            _log.Warning("Data of deleted topics is still there: {0}", cause.Message);
        }
    }

    private void OnHost(HostPartitions command)
    {
        if (_closedClient is not null)
        {
            return;
        }

        foreach (var partition in command.Topic.Partitions)
        {
            if (partition.Replicas.Contains(_node))
            {
                Host(command, new TopicPartition(command.Topic.Name, partition.Number));
            }
        }

        if (command.WhenDone is { } answer)
        {
            answer.Client.Tell(answer.Reply);
        }
    }

    private void Host(HostPartitions command, TopicPartition name)
    {
        var settings = _defaults.With(command.Topic.Configs);
        if (!_byName.TryGetValue(name, out var running))
        {
            Start(name, command.Topic.Id, settings);
        }
        else if (_children[running].TopicId != command.Topic.Id)
        {
            _hostWhenGone[name] = command;
        }
        else if (_children[running].Settings != settings)
        {
            Reconfigure(name, running, settings);
        }
    }

    private void Reconfigure(TopicPartition name, IActorRef running, TopicSettings settings)
    {
        _children[running] = _children[running] with { Settings = settings };
        running.Tell(new Reconfigure(settings));
        if (_directory.Find(name) is { } route)
        {
            _directory.Set(name, route with { Settings = settings });
        }
    }

    private void Start(TopicPartition name, Guid topicId, TopicSettings settings)
    {
        var flusher = _flushers[(int)((uint)name.GetHashCode() % (uint)_flushers.Count)];
        var identity = new PartitionIdentity(name, topicId, _node, settings, _settings, _storage, flusher);
        var actor = Context.ActorOf(PartitionActor.Props(identity), name.ToString());
        Context.Watch(actor);
        _children[actor] = new Child(name, topicId, settings);
        _byName[name] = actor;
    }

    private void OnLeaderElected(LeaderElected elected)
    {
        if (_children.TryGetValue(Sender, out var child) && child.TopicId == elected.TopicId)
        {
            _directory.Set(child.Name, new PartitionRoute(Sender, child.TopicId, child.Settings, null));
            Context.Parent.Tell(elected);
        }
    }

    private void OnFenced(PartitionFenced fenced)
    {
        if (_children.TryGetValue(Sender, out var child))
        {
            _directory.Set(child.Name, new PartitionRoute(Sender, child.TopicId, child.Settings, fenced.Reason));
            // Clients are sent here all the same, so that they get the storage error and not «unknown».
            Context.Parent.Tell(new LeaderElected(child.Name, child.TopicId, _node, LeaderEpoch.None));
        }
    }

    private void OnDropTopic(DropTopic command)
    {
        var left = 0;
        foreach (var (actor, child) in _children)
        {
            if (child.TopicId == command.Topic.Id)
            {
                _directory.Remove(child.Name);
                actor.Tell(DeletePartition.Instance);
                left++;
            }
        }

        if (left == 0)
        {
            Sender.Tell(new TopicDropped(command.Topic.Id));
        }
        else
        {
            _dropping[command.Topic.Id] = (left, Sender);
        }
    }

    private void OnApplyRetention(ApplyRetention command)
    {
        foreach (var actor in _children.Keys)
        {
            actor.Tell(command);
        }
    }

    private void OnClose()
    {
        _closedClient = Sender;
        foreach (var actor in _children.Keys)
        {
            actor.Tell(ClosePartition.Instance);
        }

        AnswerIfClosed();
    }

    private void OnTerminated(Terminated terminated)
    {
        if (!_children.Remove(terminated.ActorRef, out var child))
        {
            return;
        }

        _byName.Remove(child.Name);
        if (_dropping.TryGetValue(child.TopicId, out var dropping))
        {
            CountDropped(child.TopicId, dropping.Left - 1, dropping.Client);
        }
        else if (_closedClient is null)
        {
            _log.Error("{0}: stopped after a failure, its clients get storage errors until the node restarts", child.Name);
            _directory.Set(child.Name, new PartitionRoute(terminated.ActorRef, child.TopicId, child.Settings, "it failed; see the log"));
            Context.Parent.Tell(new LeaderElected(child.Name, child.TopicId, _node, LeaderEpoch.None));
        }

        if (_hostWhenGone.Remove(child.Name, out var waiting))
        {
            Host(waiting, child.Name);
        }

        AnswerIfClosed();
    }

    private void CountDropped(Guid topicId, int left, IActorRef client)
    {
        if (left > 0)
        {
            _dropping[topicId] = (left, client);
            return;
        }

        _dropping.Remove(topicId);
        client.Tell(new TopicDropped(topicId));
    }

    private void AnswerIfClosed()
    {
        if (_closedClient is not null && _children.Count == 0)
        {
            _closedClient.Tell(PartitionsClosed.Instance);
        }
    }

    private sealed record Child(TopicPartition Name, Guid TopicId, TopicSettings Settings);
}
