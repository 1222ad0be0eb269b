using System.Collections.Immutable;
using ActorBroker.Controller.Replication;
using ActorBroker.Messages;
using ActorBroker.Raft;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>The duties of the node that leads the metadata log: takes commands, knows who is there, has partitions moved, chooses voters.</summary>
/// <remarks>Owner: the controller, which makes one when its node begins to lead and abandons it when that is over.</remarks>
internal sealed class Leadership : ILeadership
{
    /// <summary>Of the Raft core: two heartbeats and a half.</summary>
    private const int TicksHeard = 5;

    /// <summary>After an election everybody counts as heard; so long later only those who have answered do.</summary>
    private static readonly TimeSpan Acquaintance = TimeSpan.FromMilliseconds(700);

    private readonly MetadataLog _metadata;
    private readonly Func<TimeSpan> _now;
    private readonly Action<IActorRef, IReply> _deliver;
    private readonly IActorRef _self;
    private readonly TopicCommands _topics;
    private readonly NodeRegistry _registry;
    private readonly MoveKeeper _moves;
    private readonly VoterKeeper _voters;
    private readonly TimeSpan _began;
    private readonly Queue<(IControllerCommand Command, CommandSender Sender)> _held = [];

    public Leadership(
        MetadataLog metadata, ControllerSettings settings, ClusterPeers peers, ILoggingAdapter log, Func<TimeSpan> now, Action<IActorRef, IReply> deliver, IActorRef self)
    {
        (_metadata, Settings, Peers, Log, _now, _deliver, _self) = (metadata, settings, peers, log, now, deliver, self);
        _began = now();
        _topics = new TopicCommands(this);
        _registry = new NodeRegistry(this, () => StoredMembership.Of(new MembershipAt(-1, -1, metadata.Replica.Membership)));
        _moves = new MoveKeeper(this);
        _voters = new VoterKeeper(this);
    }

    public ControllerSettings Settings { get; }

    public MetadataState Tip => _metadata.Tip;

    public ClusterImage Committed => _metadata.State.Image;

    public ClusterPeers Peers { get; }

    public ILoggingAdapter Log { get; }

    public TimeSpan Now => _now();

    public bool IsHeard(NodeId node)
    {
        foreach (var follower in _metadata.Replica.Followers)
        {
            if (follower.Id.Node == node.Value)
            {
                return follower.SilentTicks <= TicksHeard;
            }
        }

        return true;    // this node itself, or one that is not a replica yet
    }

    /// <summary>Founds the cluster when nobody has: the first record of every metadata log.</summary>
    /// <param name="earlier">What the founder knew before there were clusters.</param>
    public void Begin(Guid clusterId, SingleNodeMetadataRead earlier)
    {
        if (Tip.Image.ClusterId != Guid.Empty)
        {
            return;
        }

        if (earlier.Events.Count > 0)
        {
            Log.Info("The topics of the time before clusters are taken over, {0} events", earlier.Events.Count);
        }

        Propose([new ClusterCreated(clusterId), .. earlier.Events.Where(change => change is not ClusterCreated)]);
    }

    public void Propose(IReadOnlyList<IMetadataEvent> events, Action<bool>? done = null) => _metadata.Propose(events, done);

    public void Reply(in CommandSender sender, IReply reply)
    {
        if (sender.Call < 0)
        {
            _deliver(sender.Client, reply);
        }
        else
        {
            sender.Client.Tell(new CommandAnswered(sender.Call, Committed.Version, reply), _self);
        }
    }

    public void Handle(IControllerCommand command, CommandSender sender)
    {
        if (command is CreateTopic or CreatePartitions && Now - _began < Acquaintance && _metadata.Replica.Followers.Count > 0)
        {
            _held.Enqueue((command, sender));    // until it is known who is there to take partitions
            return;
        }

        Carry(command, sender);
    }

    private void Carry(IControllerCommand command, CommandSender sender)
    {
        switch (command)
        {
            case CreateTopic create:
                _topics.Create(create, sender);
                break;
            case DeleteTopic delete:
                _topics.Delete(delete, sender);
                break;
            case CreatePartitions create:
                _topics.CreatePartitions(create, sender);
                break;
            case ConfigureTopic configure:
                _topics.Configure(configure, sender);
                break;
            case ReserveProducerId reserve:
                _topics.ReserveProducerId(reserve, sender);
                break;
            case MovePartitions move:
                _moves.Move(move, sender, _topics.WrongReplicas);
                break;
            case DrainNode drain:
                _registry.Drain(drain, sender);
                break;
            case DescribeQuorum describe:
                Describe(describe, sender);
                break;
            default:
                throw new InvariantException($"controller command {command.GetType().Name} is known");
        }
    }

    public void Register(RegisterNode command, IActorRef client) => _registry.Register(command, client);

    public void Leave(LeaveNode command, IActorRef client) => _registry.Leave(command, client);

    public void OnLeaders(LeadersElected report)
    {
        var news = report.Topics.Where(led => Tip.Image.Topic(led.TopicId) is not null && IsNews(report.Node, led)).ToArray();
        if (news.Length > 0)
        {
            Propose([report with { Topics = news }]);
        }
    }

    public void OnMoveReady(ReportMoveReady ready) => _moves.OnReady(ready);

    public void OnMoveFailed(ReportMoveFailed failed) => _moves.OnFailed(failed);

    /// <summary>The voter that should lead instead, when this node is about to end.</summary>
    public ReplicaId? Successor => _voters.Successor(_metadata.Replica);

    public void OnCommitted() => _topics.OnCommitted();

    public void OnTick()
    {
        while (_held.Count > 0 && Now - _began >= Acquaintance)
        {
            var (command, sender) = _held.Dequeue();
            Carry(command, sender);
        }

        _registry.OnTick();
        _topics.OnTick();
        _moves.OnTick();
        _metadata.Do(replica =>
        {
            if (replica.IsLeader && _voters.Next(replica) is { } change && replica.Change(change) == ChangeOutcome.Accepted)
            {
                Log.Info("Metadata group: {0} {1}, it is {2} now", Text(change.Kind), change.Replica, replica.Membership);
            }
        });
    }

    public void Abandon()
    {
        while (_held.TryDequeue(out var held))
        {
            Reply(held.Sender, new ControllerRefused(held.Command.Id, ControllerError.NotAvailable, "The metadata leader has changed; nothing was done."));
        }

        _topics.Abandon();
        _moves.Abandon();
    }

    private bool IsNews(int node, LedTopic led)
    {
        var topic = Tip.Image.Topic(led.TopicId)!;
        return led.Partitions.Zip(led.Epochs).Any(each =>
            topic.Partition(each.First) is { } partition && (partition.Leader.Value != node || each.Second > partition.Epoch.Value));
    }

    private void Describe(DescribeQuorum command, CommandSender sender)
    {
        var replica = _metadata.Replica;
        var ends = replica.Followers.ToDictionary(follower => follower.Id, follower => follower.DurableEnd);
        ends[replica.Self] = replica.End;
        Reply(sender, new QuorumDescribed(
            command.Id, new NodeId(replica.Self.Node), replica.Epoch, replica.Commit, Replicas(replica.Membership.Voters), Replicas(replica.Membership.Learners)));

        ImmutableArray<QuorumReplica> Replicas(ImmutableArray<ReplicaId> ids) =>
            [.. ids.Select(id => new QuorumReplica(new NodeId(id.Node), ends.GetValueOrDefault(id, -1)))];
    }

    private static string Text(ChangeKind kind) => kind switch
    {
        ChangeKind.AddLearner => "follows now: node",
        ChangeKind.Promote => "has a vote now: node",
        ChangeKind.Demote => "has no vote any more: node",
        ChangeKind.Remove => "is no part any more: node",
    };
}
