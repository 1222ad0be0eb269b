using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Partitions;

/// <summary>Starts, supervises and stops the partitions that this node holds, one child for each that is awake, and keeps the
/// <see cref="PartitionDirectory"/>.</summary>
/// <remarks>A child that fails is a bug: it is restarted and recovers as after a crash, three times a minute at most; then it stays
/// stopped and its clients get storage errors. A disk error fences the child itself, without this actor.</remarks>
internal sealed partial class PartitionsActor : ReceiveActor, IWithTimers
{
    private readonly NodeId _node;
    private readonly TopicSettings _defaults;
    private readonly PartitionSettings _settings;
    private readonly NodeStorage _storage;
    private readonly PartitionDirectory _directory;
    private readonly Func<NodeId, string?> _partitionsPathOf;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<IActorRef, Child> _children = [];
    private readonly Dictionary<TopicPartition, IActorRef> _byName = [];
    private readonly Dictionary<TopicPartition, TopicImage> _placeWhenGone = [];
    private readonly Dictionary<Guid, (int Left, IActorRef Client)> _dropping = [];
    private readonly Dictionary<Guid, TopicImage> _seen = [];
    private readonly List<IActorRef> _flushers = [];
    private readonly Turns _turns;
    private IActorRef? _closedClient;

    /// <param name="partitionsPathOf">Path of another node's actor like this one; null while it is not known. Any thread.</param>
    public PartitionsActor(
        NodeId node, TopicSettings defaults, PartitionSettings settings, int flushThreads, NodeStorage storage, PartitionDirectory directory,
        Func<NodeId, string?> partitionsPathOf)
    {
        _node = node;
        _defaults = defaults;
        _settings = settings;
        _storage = storage;
        _directory = directory;
        _partitionsPathOf = partitionsPathOf;
        _turns = new Turns(settings.OpeningMax);
        for (var i = 0; i < flushThreads; i++)
        {
            _flushers.Add(Context.ActorOf(Props.Create(() => new FlushActor()).WithDispatcher("broker.io-dispatcher"), $"flush-{i}"));
            _folders.Add(Context.ActorOf(Props.Create(() => new FolderActor(storage)).WithDispatcher("broker.io-dispatcher"), $"folders-{i}"));
        }

        Receive<HostPartitions>(OnHost);
        Receive<SweepFolders>(OnSweepFolders);
        Receive<PartitionRecovered>(_ => OnRecovered());
        Receive<LeaderElected>(OnLeaderElected);
        Receive<CopyReady>(OnCopyReady);
        Receive<CopyFailed>(OnCopyFailed);
        Receive<PartitionFenced>(OnFenced);
        Receive<DropTopic>(OnDropTopic);
        Receive<ApplyRetention>(OnApplyRetention);
        Receive<ClosePartitions>(_ => OnClose());
        Receive<Terminated>(OnTerminated);
        ReceiveSleepers();
    }

    public ITimerScheduler Timers { get; set; } = null!;

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

        BeginToSleep();
    }

    private void OnHost(HostPartitions command)
    {
        if (_closedClient is not null)
        {
            return;
        }

        var topic = command.Topic;
        var settings = _defaults.With(topic.Configs);
        var seen = _seen.GetValueOrDefault(topic.Id);
        for (var i = 0; i < topic.Partitions.Length; i++)
        {
            // A change is told with the whole topic, and most of its partitions are as they were.
            var isSeen = seen is not null && i < seen.Partitions.Length
                && ReferenceEquals(seen.Configs, topic.Configs) && ReferenceEquals(seen.Partitions[i], topic.Partitions[i]);
            if (!isSeen)
            {
                Place(topic, topic.Partitions[i], settings);
            }
        }

        _seen[topic.Id] = topic;
        if (command.WhenDone is { } answer)
        {
            answer.Client.Tell(answer.Reply);
        }
    }

    /// <summary>Sees to it that the node does for one partition what the metadata says.</summary>
    private void Place(TopicImage topic, PartitionImage partition, TopicSettings settings)
    {
        var name = new TopicPartition(topic.Name, partition.Number);
        var wanted = AssignmentOf(partition);
        if (_byName.TryGetValue(name, out var running))
        {
            PlaceRunning(name, running, topic, wanted, settings);
        }
        else if (_asleep.TryGetValue(name, out var sleeper))
        {
            PlaceSleeper(sleeper, topic, wanted, settings);
        }
        else if (_deleting.ContainsKey(name))
        {
            PlaceWhenGone(name, wanted is null ? null : topic);
        }
        else if (wanted is not null)
        {
            Begin(name, topic.Id, settings, wanted);
        }
        else if (_directory.Find(name)?.TopicId == topic.Id)
        {
            _directory.Remove(name);
        }
    }

    private void PlaceRunning(TopicPartition name, IActorRef running, TopicImage topic, Assign? wanted, TopicSettings settings)
    {
        var child = _children[running];
        if (child.IsLeaving || child.TopicId != topic.Id)
        {
            PlaceWhenGone(name, wanted is null ? null : topic);
        }
        else if (wanted is null)
        {
            Leave(running, child);
        }
        else if (wanted.IsCopy && !child.Copies(wanted.Move))
        {
            // What it holds was given away, or belongs to a move that is over.
            Leave(running, child);
            PlaceWhenGone(name, topic);
        }
        else
        {
            Keep(running, child, wanted, settings);
        }
    }

    /// <summary>What this node has to do with a partition; null: nothing.</summary>
    private Assign? AssignmentOf(PartitionImage partition) =>
        partition.Replicas.Contains(_node) ? new Assign(partition.Epoch, partition.Move?.From == _node ? partition.Move : null, IsCopy: false)
        : partition.Move?.To == _node ? new Assign(partition.Epoch, partition.Move, IsCopy: true)
        : null;

    private void PlaceWhenGone(TopicPartition name, TopicImage? topic)
    {
        if (topic is null)
        {
            _placeWhenGone.Remove(name);
        }
        else
        {
            _placeWhenGone[name] = topic;
        }
    }

    private void Leave(IActorRef running, Child child)
    {
        _directory.Remove(child.Name);
        child.Route.End();
        _children[running] = child with { IsLeaving = true };
        Delete(running);
    }

    /// <summary>At once, or when it is its turn: until then nobody can find it any more.</summary>
    private void Delete(IActorRef partition)
    {
        if (_turns.TryTake(partition))
        {
            partition.Tell(DeletePartition.Instance);
        }
        else
        {
            _turns.WaitForEnd(partition);
        }
    }

    /// <summary>A partition is open, or gone: the next ones may.</summary>
    private void EndTurn(IActorRef partition)
    {
        _turns.End(partition);
        while (_turns.HasRoom && _closedClient is null)
        {
            if (_turns.TakeEnding() is { } ending)
            {
                if (_children.ContainsKey(ending))
                {
                    ending.Tell(DeletePartition.Instance);
                }
                else
                {
                    _turns.End(ending);
                }
            }
            else if (_turns.TakeWaiting() is { } waiting)
            {
                TakeTurn(waiting.Topic, waiting.Partition);
            }
            else
            {
                break;
            }
        }
    }

    private void TakeTurn(Guid topicId, int partition)
    {
        if (!_seen.TryGetValue(topicId, out var topic))
        {
            return;
        }

        if (_asleep.TryGetValue(new TopicPartition(topic.Name, partition), out var sleeper) && sleeper.TopicId == topicId)
        {
            Wake(sleeper);
        }
        else
        {
            Place(topic, topic.Partitions[partition], _defaults.With(topic.Configs));
        }
    }

    private void Keep(IActorRef running, Child child, Assign wanted, TopicSettings settings)
    {
        _children[running] = child with { Assigned = wanted with { Asleep = child.Assigned.Asleep } };
        if (child.Settings != settings)
        {
            Reconfigure(child.Name, running, settings);
        }

        if (child.Assigned.Move != wanted.Move || child.Assigned.IsCopy != wanted.IsCopy)
        {
            running.Tell(_children[running].Assigned);
        }
    }

    private void Reconfigure(TopicPartition name, IActorRef running, TopicSettings settings)
    {
        _children[running] = _children[running] with { Settings = settings };
        running.Tell(new Reconfigure(settings));
        Reroute(name, settings);
    }

    private void Reroute(TopicPartition name, TopicSettings settings)
    {
        if (_directory.Find(name) is { } route)
        {
            _directory.Set(name, route with { Settings = settings });
        }
    }

    /// <summary>Leaves asleep what nobody needs yet, and starts the rest, when it is its turn.</summary>
    private void Begin(TopicPartition name, Guid topicId, TopicSettings settings, Assign assigned)
    {
        if (OutlineOf(name, topicId, assigned) is { } log)
        {
            BeginAsleep(name, topicId, settings, assigned, log);
        }
        else if (_turns.HasRoom)
        {
            Start(name, topicId, settings, assigned, NewRoute(name));
        }
        else
        {
            _turns.Wait(topicId, name.Partition);
        }
    }

    private void Start(TopicPartition name, Guid topicId, TopicSettings settings, Assign assigned, PartitionRef route)
    {
        var flusher = _flushers[(int)((uint)name.GetHashCode() % (uint)_flushers.Count)];
        var identity = new PartitionIdentity(name, topicId, _node, settings, _settings, _storage, flusher, _partitionsPathOf);
        var actor = Context.ActorOf(PartitionActor.Props(identity), name.ToString());
        Context.Watch(actor);
        _turns.TryTake(actor);
        _children[actor] = new Child(name, topicId, settings, assigned, route);
        _byName[name] = actor;
    }

    private void OnRecovered()
    {
        if (_children.TryGetValue(Sender, out var child) && !child.IsLeaving)
        {
            Sender.Tell(child.Assigned);
            if (child.Assigned.IsCopy)
            {
                EndTurn(Sender);
            }
        }
    }

    private void OnCopyReady(CopyReady ready)
    {
        if (_children.TryGetValue(Sender, out var child) && child.IsCopyOf(ready.Move))
        {
            _children[Sender] = child with { IsReady = true };
            Context.Parent.Tell(ready);
        }
    }

    private void OnCopyFailed(CopyFailed failed)
    {
        if (_children.TryGetValue(Sender, out var child) && child.IsCopyOf(failed.Move))
        {
            Context.Parent.Tell(failed);
        }
    }

    private void OnLeaderElected(LeaderElected elected)
    {
        if (_children.TryGetValue(Sender, out var child) && !child.IsLeaving && child.TopicId == elected.TopicId)
        {
            var isNews = child.Assigned.Asleep?.Epoch != elected.Epoch;    // a term that goes on is known to all
            _children[Sender] = child with { Assigned = child.Assigned with { Asleep = null }, IsLeading = true };
            if (isNews)
            {
                _directory.Set(child.Name, new PartitionRoute(child.Route, child.TopicId, child.Settings, null));
                Context.Parent.Tell(elected);
            }

            OnAwake(Sender, child.Route);
            EndTurn(Sender);
        }
    }

    private void OnFenced(PartitionFenced fenced)
    {
        if (_children.TryGetValue(Sender, out var child) && !child.IsLeaving)
        {
            _children[Sender] = child with { IsLeading = false };
            _directory.Set(child.Name, new PartitionRoute(child.Route, child.TopicId, child.Settings, fenced.Reason, fenced.IsReadable));
            child.Route.Open(Sender);
            _fallingAsleep.Remove(Sender);
            // Clients are sent here all the same, so that they get the storage error and not «unknown».
            Context.Parent.Tell(new LeaderElected(child.Name, child.TopicId, _node, LeaderEpoch.None));
            EndTurn(Sender);
        }
    }

    private void OnDropTopic(DropTopic command)
    {
        _seen.Remove(command.Topic.Id);
        var left = DropSleepers(command.Topic);
        foreach (var (actor, child) in _children.ToArray())
        {
            if (child.TopicId == command.Topic.Id)
            {
                Leave(actor, child);
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

        WakeForRetention();
    }

    private void OnSweepFolders(SweepFolders sweep)
    {
        FolderSweep.Run(_storage.Files, _storage.PartitionsFolder, sweep.Image, _node, _log);
        _book = [];    // all that it could say something of is placed
    }

    private void OnClose()
    {
        _closedClient = Sender;
        foreach (var sleeper in _asleep.Values)
        {
            sleeper.Route.End();
        }

        while (_turns.TakeEnding() is { } ending)
        {
            ending.Tell(DeletePartition.Instance);
        }

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
        _fallingAsleep.Remove(terminated.ActorRef);
        if (child.Closed is { } log)
        {
            OnLogClosed(child, log);
        }
        else
        {
            if (_closedClient is null && !child.IsLeaving)
            {
                OnFailed(child);
            }
            else
            {
                child.Route.End();
            }

            OnGone(child.Name, child.TopicId);
        }

        EndTurn(terminated.ActorRef);
        GoOnFallingAsleep();
        AnswerIfClosed();
    }

    /// <summary>A partition is not there any more, neither awake nor asleep.</summary>
    private void OnGone(TopicPartition name, Guid topicId)
    {
        if (_dropping.TryGetValue(topicId, out var dropping))
        {
            CountDropped(topicId, dropping.Left - 1, dropping.Client);
        }

        if (_placeWhenGone.Remove(name, out var topic) && _closedClient is null)
        {
            Place(topic, topic.Partitions[name.Partition], _defaults.With(topic.Configs));
        }
    }

    private void OnFailed(Child child)
    {
        if (child.Assigned is { IsCopy: true, Move: { } move })
        {
            _log.Error("{0}: its copy stopped after a failure", child.Name);
            if (!child.IsReady)
            {
                Context.Parent.Tell(new CopyFailed(move.Number, child.TopicId, child.Name.Partition, "the copy stopped after a failure; see the log"));
            }
        }
        else
        {
            _log.Error("{0}: stopped after a failure, its clients get storage errors until the node restarts", child.Name);
            child.Route.End(AppendError.DiskFailed, FetchError.DiskFailed);
            _directory.Set(child.Name, new PartitionRoute(child.Route, child.TopicId, child.Settings, "it failed; see the log"));
            Context.Parent.Tell(new LeaderElected(child.Name, child.TopicId, _node, LeaderEpoch.None));
        }
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
        if (_closedClient is not null && _children.Count == 0 && _deleting.Count == 0)
        {
            WriteBook();
            _closedClient.Tell(PartitionsClosed.Instance);
        }
    }

    /// <param name="Route">Where others reach it.</param>
    /// <param name="IsReady">The cluster was told that its copy is complete.</param>
    /// <param name="IsLeaving">It deletes itself.</param>
    /// <param name="IsLeading">It takes messages.</param>
    /// <param name="Closed">It has closed its log and is about to end.</param>
    private sealed record Child(
        TopicPartition Name, Guid TopicId, TopicSettings Settings, Assign Assigned, PartitionRef Route, bool IsReady = false, bool IsLeaving = false,
        bool IsLeading = false, SleepingLog? Closed = null)
    {
        public bool Copies(PartitionMove? move) => Assigned.IsCopy && Assigned.Move == move;

        public bool IsCopyOf(long move) => !IsLeaving && Assigned.IsCopy && Assigned.Move?.Number == move;
    }
}
