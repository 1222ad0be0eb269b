using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Partitions;
using ActorBroker.Raft;
using ActorBroker.Storage;
using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using Akka.Persistence;

namespace ActorBroker.Controller;

/// <summary>This node's part in the cluster's metadata: keeps a replica of the metadata log, publishes the <see cref="ClusterImage"/> that it
/// gives, has this node's partitions follow it, and takes commands to the replica that leads.</summary>
/// <remarks>Path on every node: <c>/user/broker/controller</c>. A disk error stops it: the node goes on with the image that it has.</remarks>
internal sealed partial class ControllerActor : ReceivePersistentActor, IWithTimers, IMetadataLogHost
{
    /// <summary>Only the last hard state counts; the ones before it are deleted now and then.</summary>
    private const int StatesKept = 64;

    /// <summary>Partitions that come up together are reported together.</summary>
    private static readonly TimeSpan ReportDelay = TimeSpan.FromMilliseconds(10);

    private readonly ControllerSettings _settings;
    private readonly PublishedImage _published;
    private readonly IActorRef _partitions;
    private readonly NodeStorage _storage;
    private readonly Cluster _cluster;
    private readonly ClusterPeers _peers;
    private readonly PeerLinks _links;
    private readonly NodeAdmission _admission;
    private readonly CommandRouter _router;
    private readonly LeaderReports _reports;
    private readonly ImageHosting _hosting;
    private readonly SnapshotFetcher _fetcher;
    private readonly SnapshotServer _snapshots = new();
    private readonly Isolation _isolation;
    private readonly IActorRef _flusher;
    private readonly IActorRef _snapshotWriter;
    private readonly long _started;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private MetadataReplicaState? _recovered;
    private SingleNodeMetadataRead? _earlier;
    private Guid _clusterId;
    private int _incarnation;
    private MetadataStore? _store;
    private MetadataLog? _metadata;
    private Leadership? _leadership;
    private ReplicaId? _leader;
    private int _leaderEpoch;
    private TimeSpan _leaderHeard;
    private NodeDeparture? _departure;
    private TimeSpan _nextReports;
    private bool _hasFailed;

    public ControllerActor(ControllerSettings settings, PublishedImage published, IActorRef partitions, NodeStorage storage)
    {
        (_settings, _published, _partitions, _storage) = (settings, published, partitions, storage);
        JournalPluginId = "broker.metadata-journal";
        _started = storage.Clock.GetTimestamp();
        _cluster = Cluster.Get(Context.System);
        _peers = new ClusterPeers(_cluster.SelfAddress);
        _links = new PeerLinks((ExtendedActorSystem)Context.System, _peers, () => _metadata?.State.Image ?? ClusterImage.Empty);
        _isolation = new Isolation(settings.Node.Id, _peers, _links);
        _admission = new NodeAdmission(_peers, () => Now);
        _hosting = new ImageHosting(partitions, Self);
        _router = new CommandRouter((client, reply) => _hosting.Deliver(_published.Current, client, reply));
        _reports = new LeaderReports(settings.Node.Id);
        _fetcher = new SnapshotFetcher((leader, ask) => TellReplica(leader, ask), () => Now);
        _flusher = Context.ActorOf(Props.Create(() => new FlushActor()).WithDispatcher("broker.metadata-io-dispatcher"), "flush");
        _snapshotWriter = Context.ActorOf(Props.Create(() => new SnapshotWriterActor()).WithDispatcher("broker.metadata-io-dispatcher"), "snapshots");

        Recover<MetadataReplicaState>(state => _recovered = state);
        Recover<RecoveryCompleted>(_ => OnRecovered());
        ReceiveFromCluster();
        ReceiveFromNode();
        ReceiveFromPeers();
    }

    public override string PersistenceId => NodeStorage.PartitionIdPrefix + MetadataStore.Partition;

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Now => _storage.Clock.GetElapsedTime(_started);

    private bool IsLeading => _leadership is not null;

    protected override void PreStart()
    {
        base.PreStart();
        _cluster.Subscribe(Self, typeof(ClusterEvent.IMemberEvent), typeof(ClusterEvent.IReachabilityEvent));
        Timers.StartPeriodicTimer(ControllerTick.Instance, ControllerTick.Instance, ControllerSettings.Tick);
    }

    protected override void PreRestart(Exception reason, object message)
    {
        _hasFailed = true;
        base.PreRestart(reason, message);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        try
        {
            if (!_hasFailed)
            {
                _metadata?.Close();
            }
        }
        catch (LogIOException cause)
        {
            _log.Warning("The metadata log was not closed cleanly: {0}", cause.Message);
        }

        _store?.Dispose();
        _metadata?.Abandon();
        _leadership?.Abandon();
        _router.Abandon();
        base.PostStop();
    }

    protected override void OnPersistFailure(Exception cause, object @event, long sequenceNr)
    {
        _hasFailed = true;
        Context.Parent.Tell(new ControllerFailed(cause.Message));
        _log.Error(cause, "The metadata's hard state was not written: the controller stops, this node cannot change topics until it is restarted");
    }

    protected override void OnRecoveryFailure(Exception reason, object? message = null)
    {
        Context.Parent.Tell(new ControllerFailed(reason.Message));
        _log.Error(reason, "The metadata's hard state cannot be read: {0}", reason.Message);
    }

    private void ReceiveFromCluster()
    {
        Command<ClusterEvent.CurrentClusterState>(_ => OnMembersChanged());
        Command<ClusterEvent.IReachabilityEvent>(_ => OnMembersChanged());
        Command<ClusterEvent.IMemberEvent>(change =>
        {
            if (change is ClusterEvent.MemberRemoved removed)
            {
                _links.Forget(removed.Member.Address);
            }

            OnMembersChanged();
        });
    }

    private void ReceiveFromNode()
    {
        Command<ControllerTick>(_ => OnTick());
        Command<SingleNodeMetadataRead>(OnEarlierRead);
        Command<SendReports>(_ => Report(_reports.TakeNew()));
        Command<IControllerCommand>(OnCommand);
        Command<LeaderElected>(OnLeaderElected);
        Command<CopyReady>(ready => ToLeader(new ReportMoveReady(new MoveFinished(ready.TopicId, ready.Partition, ready.Move, ready.Epoch))));
        Command<CopyFailed>(failed => ToLeader(new ReportMoveFailed(failed.TopicId, failed.Partition, failed.Move, failed.Reason)));
        Command<TopicDropped>(dropped => _hosting.Dropped(dropped.TopicId));
        Command<LeaveCluster>(_ =>
        {
            _departure ??= new NodeDeparture(Sender, _settings.Node.Id, _settings.Cluster.LeaveTimeout, Now);
            Depart();
        });
        Command<Flushed>(flushed => _metadata?.Flushed(flushed.Ticket));
        Command<FlushFailed>(failed => throw failed.Cause);
        Command<SnapshotWritten>(OnSnapshotWritten);
        Command<DeleteMessagesSuccess>(_ => { });
        Command<DeleteMessagesFailure>(_ => { });
    }

    private void ReceiveFromPeers()
    {
        Command<RaftEnvelope>(OnRaft);
        Command<RegisterNode>(OnRegister);
        Command<NodeAccepted>(OnAccepted);
        Command<NodeRejected>(rejected => Context.Parent.Tell(rejected));
        Command<AskElsewhere>(answer => _admission.Answered(Sender.Path.Address, answer.HasMetadata));
        Command<ForwardedCommand>(OnForwarded);
        Command<CommandAnswered>(answer => _router.Answered(answer, _published.Current.Version));
        Command<ReportLeaders>(report => _leadership?.OnLeaders(report.Leaders));
        Command<ReportMoveReady>(ready => _leadership?.OnMoveReady(ready));
        Command<ReportMoveFailed>(failed => _leadership?.OnMoveFailed(failed));
        Command<FetchSnapshotPart>(OnFetchSnapshot);
        Command<SnapshotPart>(OnSnapshotPart);
        Command<LeaveNode>(command => _leadership?.Leave(command, Sender));
        Command<LeaveProgress>(OnLeaveProgress);
        Command<FindCluster>(find =>
        {
            if (find.ClusterId == _clusterId && _leader is not null)
            {
                Sender.Tell(new ClusterFound(_clusterId));
            }
        });
        Command<ClusterFound>(OnClusterFound);
    }

    /// <summary>Events come one by one. Who acts after the first of several believes in a cluster that never was: that it is alone in it, for example.</summary>
    private void OnMembersChanged()
    {
        _peers.Follow(_cluster.State);
        Admit();
    }

    private void OnRecovered()
    {
        _store = MetadataStore.Open(_storage);
        if (_store is { End: 0, Snapshot: null })
        {
            Context.ActorOf(Props.Create(() => new SingleNodeMetadata()), "single-node-metadata");
        }
        else
        {
            OnEarlierRead(SingleNodeMetadataRead.Nothing);
        }
    }

    private void OnEarlierRead(SingleNodeMetadataRead read)
    {
        _earlier = read;
        if (_recovered is { } state)
        {
            Follow(state.ClusterId, state.Incarnation, state.ToHardState());
        }

        Admit();
    }

    /// <summary>Takes part in the metadata log with what is on the disk.</summary>
    private void Follow(Guid clusterId, int incarnation, HardState state)
    {
        (_clusterId, _incarnation) = (clusterId, incarnation);
        var self = new ReplicaId(_settings.Node.Id.Value, incarnation);
        _metadata = new MetadataLog(self, state, _store!, this, _storage.Clock, _settings.Random, _settings.Cluster.RecordsPerSnapshot);
        _metadata.Begin();
        var membership = _metadata.Replica.Membership;
        if (membership.IsVoter(self) && membership.Voters.Length == 1)
        {
            // There is nobody to wait for.
            _metadata.Do(replica => replica.Stand());
        }
    }

    private void OnTick()
    {
        _router.OnTick(Now);
        LoseSilentLeader();
        if (_metadata is not null)
        {
            _metadata.Do(replica => replica.Tick());
            Missed(_fetcher.OnTick());
        }

        if (Now >= _nextReports)
        {
            _nextReports = Now + TimeSpan.FromSeconds(1);
            Report(_reports.TakeAll());
        }

        _leadership?.OnTick();
        Admit();
        Depart();
        if (_metadata is { } metadata && _isolation.OnTick(_leader is not null, Now))
        {
            _isolation.AskAround(metadata.State.Image, _clusterId, Self);
        }
    }

    /// <summary>Some of this cluster's nodes have a leader and are members of each other: this node has to start again to be one of them.</summary>
    private void OnClusterFound(ClusterFound found)
    {
        if (_leader is null && found.ClusterId == _clusterId && !_peers.Others.Contains(Sender.Path.Address))
        {
            _log.Warning("Node {0} has been alone: the cluster goes on around {1}. It starts again to be part of it", _settings.Node.Id, Sender.Path.Address);
            _ = CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterDowningReason.Instance);
        }
    }

    private void Admit()
    {
        if (_hosting.HasBegun || _earlier is null)
        {
            return;
        }

        if (_admission.IsDue())
        {
            foreach (var other in _peers.Others)
            {
                _links.At(other).Tell(Registration(), Self);
            }

            _leadership?.Register(Registration(), Self);
        }

        if (_metadata is null && _admission.MayFound)
        {
            Found();
        }

        ServeIfAdmitted();
    }

    private void Found()
    {
        var clusterId = _earlier!.ClusterId ?? _settings.NewId();
        _log.Info("No node knows of a cluster: node {0} founds one", _settings.Node.Id);
        Begin(clusterId, 0, HardState.New(new Membership([new ReplicaId(_settings.Node.Id.Value)])));
    }

    /// <summary>The folder belongs to the cluster from now on.</summary>
    private void Begin(Guid clusterId, int incarnation, HardState state) =>
        Persist(MetadataReplicaState.Of(clusterId, incarnation, state), _ => Follow(clusterId, incarnation, state));

    private RegisterNode Registration()
    {
        var node = _settings.Node;
        return new RegisterNode(node.Id.Value, node.FolderId, _clusterId, _incarnation, node.Host, node.Port, node.Rack, node.AkkaAddress);
    }

    private void OnRegister(RegisterNode command)
    {
        if (_leadership is { } leadership)
        {
            leadership.Register(command, Sender);
        }
        else if (_hosting.HasBegun && command.ClusterId != Guid.Empty && command.ClusterId != _clusterId)
        {
            Sender.Tell(new NodeRejected(NodeRegistry.OtherCluster(command.ClusterId, _published.Current)));
        }
        else
        {
            Sender.Tell(new AskElsewhere(_metadata is not null));
        }
    }

    private void OnAccepted(NodeAccepted accepted)
    {
        if (_metadata is not null && (accepted.ClusterId != _clusterId || accepted.Incarnation != _incarnation))
        {
            Context.Parent.Tell(new NodeRejected(
                $"its data folder holds metadata of cluster {_clusterId}, incarnation {_incarnation}, and the cluster expects {accepted.ClusterId}, incarnation {accepted.Incarnation}: "
                + "start it with an empty data folder"));
            return;
        }

        _admission.Accepted(Sender.Path.Address.HasLocalScope ? _cluster.SelfAddress : Sender.Path.Address, accepted.Version);
        if (_metadata is null)
        {
            _log.Info("Node {0} follows the metadata of cluster {1}", _settings.Node.Id, ClusterImage.TextOf(accepted.ClusterId));
            Begin(accepted.ClusterId, accepted.Incarnation, HardState.New(accepted.Membership.ToMembership().Membership));
        }

        ServeIfAdmitted();
    }

    private void ServeIfAdmitted()
    {
        if (!_hosting.HasBegun && _metadata is { } metadata && _admission.MayServe && metadata.State.Image.Version >= _admission.Version
            && metadata.State.Image.Nodes.ContainsKey(_settings.Node.Id))
        {
            _published.Publish(metadata.State.Image);
            Context.Parent.Tell(new ControllerStarted(metadata.State.Image));    // before any partition can say that it leads
            _hosting.Begin(metadata.State.Image);
        }
    }

    private void OnCommand(IControllerCommand command)
    {
        if (_leadership is { } leadership)
        {
            leadership.Handle(command, new CommandSender(Sender, -1));
        }
        else
        {
            _router.Send(command, Sender, LeaderController, Self, Now);
        }
    }

    private void OnForwarded(ForwardedCommand forwarded)
    {
        if (_leadership is { } leadership)
        {
            leadership.Handle(forwarded.Command, new CommandSender(Sender, forwarded.Call));
        }
        else
        {
            Sender.Tell(new CommandAnswered(forwarded.Call, 0, new ControllerRefused(
                forwarded.Command.Id, ControllerError.NotAvailable, "The metadata leader has changed; nothing was done.")));
        }
    }

    private void OnLeaderElected(LeaderElected elected)
    {
        if (_reports.Add(elected, _published.Current))
        {
            Timers.StartSingleTimer(SendReports.Instance, SendReports.Instance, ReportDelay);
        }
    }

    private void Report(LeadersElected? leaders)
    {
        if (leaders is not null)
        {
            ToLeader(new ReportLeaders(leaders));
        }
    }

    private void ToLeader(IPeerMessage message) => (IsLeading ? Self : LeaderController)?.Tell(message, Self);

    private IActorRef? LeaderController => _leader is { } leader ? _links.Find(leader) : null;

    private void TellReplica(ReplicaId replica, IPeerMessage message) => _links.Find(replica)?.Tell(message, Self);

    private void OnRaft(RaftEnvelope envelope)
    {
        if (_metadata is not { } metadata || envelope.ClusterId != _clusterId)
        {
            return;
        }

        metadata.Do(replica => replica.Step(envelope.Message, envelope.Bytes));
        if (metadata.Replica.Leader == envelope.Message.From)
        {
            _leaderHeard = Now;
            if (_leader is null)
            {
                FollowLeader(envelope.Message.From);    // it was given up, and is heard again
            }
        }
    }

    private void OnFetchSnapshot(FetchSnapshotPart ask) =>
        Sender.Tell(_snapshots.PartOf(ask.ClusterId == _clusterId ? _metadata?.Snapshot : null, ask));

    private void OnSnapshotPart(SnapshotPart part)
    {
        var (snapshot, missed) = _fetcher.OnPart(part);
        if (snapshot is not null)
        {
            _metadata!.SnapshotFetched(snapshot);
        }

        Missed(missed);
    }

    private void Missed(long endOffset)
    {
        if (endOffset >= 0)
        {
            _metadata!.SnapshotMissed(endOffset);
        }
    }

    private void OnSnapshotWritten(SnapshotWritten written)
    {
        if (written.Failure is { } failure)
        {
            _log.Warning("Metadata snapshot was not written, the log stays longer than needed: {0}", failure);
            _metadata!.SnapshotNotStored();
        }
        else
        {
            _metadata!.SnapshotStored(written.Snapshot);
        }
    }

    void IMetadataLogHost.Persist(HardState state) => Persist(MetadataReplicaState.Of(_clusterId, _incarnation, state), _ =>
    {
        if (LastSequenceNr % StatesKept == 0)
        {
            DeleteMessages(LastSequenceNr - 1);
        }

        _metadata!.Persisted();
    });

    void IMetadataLogHost.Send(RaftMessage message, byte[] records) => TellReplica(message.To, new RaftEnvelope(_clusterId, message) { Bytes = records });

    void IMetadataLogHost.Flush(FlushTicket ticket) => _flusher.Tell(new RunFlush(ticket));

    void IMetadataLogHost.FetchSnapshot(ReplicaId leader, long endOffset) => _fetcher.Begin(_clusterId, leader, endOffset);

    void IMetadataLogHost.WriteSnapshot(MetadataSnapshot snapshot) => _snapshotWriter.Tell(new WriteSnapshot(_store!, snapshot));

    void IMetadataLogHost.Applied(MetadataState before, IReadOnlyList<IMetadataEvent>? events)
    {
        var image = _metadata!.State.Image;
        ServeIfAdmitted();
        if (_hosting.HasBegun)
        {
            _published.Publish(image);
            _hosting.Applied(before.Image, image, events);
            _reports.Applied(image);
            _router.ImageMoved(image.Version);
            Context.Parent.Tell(new ImagePublished(image));
            if (_isolation.NoteOthers(image) is { } others)
            {
                _snapshotWriter.Tell(new WritePeers(_storage, others));
            }
        }

        _leadership?.OnCommitted();
    }

    void IMetadataLogHost.RoleChanged(RaftRole role, ReplicaId? leader)
    {
        var epoch = _metadata!.Replica.Epoch;
        if (!IsLeading && role != RaftRole.Leader && (leader, epoch) == (_leader, _leaderEpoch))
        {
            return;    // got or lost its vote: the leader is the same
        }

        _leaderEpoch = epoch;
        _leadership?.Abandon();
        _leadership = null;
        _leaderHeard = Now;
        if (role == RaftRole.Leader)
        {
            _leader = leader;
            _published.Leader = _settings.Node.Id;
            _log.Info("Node {0} leads the metadata, epoch {1}", _settings.Node.Id, epoch);
            _leadership = new Leadership(
                _metadata, _settings, _peers, _log, () => Now, (client, reply) => _hosting.Deliver(_published.Current, client, reply), Self);
            _leadership.Begin(_clusterId, _earlier!);
            _router.LeaderChanged(null, Self, (command, client) => _leadership?.Handle(command, new CommandSender(client, -1)));
        }
        else
        {
            if (leader is { } other)
            {
                _log.Info("Node {0} leads the metadata, epoch {1}", other.Node, epoch);
            }

            FollowLeader(leader);
        }

        Report(_reports.TakeAll());
        if (!_hosting.HasBegun && leader is not null)
        {
            ToLeader(Registration());
        }
    }

    void IMetadataLogHost.SafetyViolated(string what) =>
        _log.Error("The metadata log of this node contradicts what is committed and takes part no longer: {0}. Start the node with an empty data folder", what);
}
