using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using Akka.Actor;

namespace ActorBroker.Groups;

/// <summary>Makes the topic that keeps the groups when it is first needed, knows which node coordinates a group, and sends each command
/// to the coordinator of its group, where this node is the one.</summary>
/// <remarks>There is a coordinator for each partition of the topic that this node leads, from its first command on. It ends when the
/// partition's route is gone, is fenced, or leads to another actor.</remarks>
internal sealed class GroupsActor : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(10);

    /// <summary>How long members of a group may wait for an answer from a coordinator that is none any more.</summary>
    private static readonly TimeSpan CheckInterval = TimeSpan.FromMilliseconds(250);
    private readonly GroupSettings _settings;
    private readonly IClusterMetadata _metadata;
    private readonly PartitionDirectory _directory;
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, Coordinator> _coordinators = [];
    private readonly List<(IActorRef Client, PrepareCoordinator Command)> _waiting = [];
    private long _started;

    public GroupsActor(GroupSettings settings, IClusterMetadata metadata, PartitionDirectory directory, TimeProvider clock)
    {
        _settings = settings;
        _metadata = metadata;
        _directory = directory;
        _clock = clock;
        Receive<PrepareCoordinator>(OnPrepare);
        Receive<TopicReady>(_ => AnswerWaiting("the topic that keeps the groups is not known here yet"));
        Receive<ControllerRefused>(refused => AnswerWaiting(refused.Message));
        Receive<IGroupCommand>(OnGroupCommand);
        Receive<ListGroups>(OnList);
        Receive<CheckTick>(_ => OnCheck());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TopicImage? OffsetsTopic => _metadata.Current.Topic(TopicNames.ConsumerOffsets);

    /// <summary>The partition of <c>__consumer_offsets</c> that keeps a group: Java's hash of the id, made positive, modulo the number of partitions.</summary>
    internal static int PartitionFor(string groupId, int partitions)
    {
        var hash = 0;
        foreach (var c in groupId)
        {
            hash = unchecked((31 * hash) + c);
        }

        return (hash == int.MinValue ? 0 : Math.Abs(hash)) % partitions;
    }

    private void OnPrepare(PrepareCoordinator command)
    {
        if (OffsetsTopic is { } topic)
        {
            Answer(Sender, command, topic);
            return;
        }

        _waiting.Add((Sender, command));
        if (_waiting.Count == 1)
        {
            _metadata.Controller.Tell(new CreateTopic(
                default, TopicNames.ConsumerOffsets, _settings.OffsetsPartitions, -1, [], ImmutableDictionary<string, string>.Empty.Add("retention.ms", "-1"),
                ValidateOnly: false, IsInternal: true, CreateTimeout));
        }
    }

    /// <param name="failure">Why there is no topic, for when there is none all the same: another node may have made it.</param>
    private void AnswerWaiting(string failure)
    {
        foreach (var (client, command) in _waiting)
        {
            if (OffsetsTopic is { } topic)
            {
                Answer(client, command, topic);
            }
            else
            {
                client.Tell(new CoordinatorMissing(command.Id, failure));
            }
        }

        _waiting.Clear();
    }

    /// <summary>The group's own partition decides; others may be down.</summary>
    private void Answer(IActorRef client, PrepareCoordinator command, TopicImage topic)
    {
        var partition = topic.Partitions[PartitionFor(command.GroupId, topic.Partitions.Length)];
        var leader = _metadata.Current.LeaderOf(partition);
        client.Tell(leader != NodeId.None
            ? new CoordinatorReady(command.Id, leader)
            : new CoordinatorMissing(command.Id, $"{topic.Name}-{partition.Number}, which keeps the group, has no leader now"));
    }

    private void OnGroupCommand(IGroupCommand command)
    {
        if (OffsetsTopic is not { } topic)
        {
            Sender.Tell(new GroupRefused(command.Id, GroupError.CoordinatorNotAvailable));
        }
        else if (Find(topic, PartitionFor(command.GroupId, topic.Partitions.Length)) is { } coordinator)
        {
            coordinator.Forward(command);
        }
        else
        {
            Sender.Tell(new GroupRefused(command.Id, GroupError.NotCoordinator));
        }
    }

    private void OnList(ListGroups command)
    {
        var coordinators = OffsetsTopic is { } topic
            ? Enumerable.Range(0, topic.Partitions.Length).Select(partition => Find(topic, partition)).OfType<IActorRef>().ToArray()
            : [];
        if (coordinators.Length == 0)
        {
            Sender.Tell(new GroupsListed(command.Id, GroupError.None, []));
            return;
        }

        // Asked from here, as they are told to resign: none is asked after its end.
        var list = Context.ActorOf(Props.Create(() => new ListGroupsActor(command, Sender, coordinators.Length)));
        foreach (var coordinator in coordinators)
        {
            coordinator.Tell(command, list);
        }
    }

    /// <summary>The coordinator of a partition, started when there is none; null when this node does not lead the partition.</summary>
    private IActorRef? Find(TopicImage topic, int partition)
    {
        var name = new TopicPartition(topic.Name, partition);
        var leader = LeaderHere(name);
        if (_coordinators.TryGetValue(partition, out var known))
        {
            if (known.Leader.Equals(leader))
            {
                return known.Actor;
            }

            Dismiss(partition, known);
        }

        if (leader is null)
        {
            return null;
        }

        // Numbered, because the one before may still be on its way out.
        var actor = Context.ActorOf(Props.Create(() => new GroupCoordinatorActor(name, leader, _settings, _directory, _clock)), $"{name}-{_started++}");
        _coordinators.Add(partition, new Coordinator(name, leader, actor));
        Timers.StartPeriodicTimer(CheckTick.Instance, CheckTick.Instance, CheckInterval);
        return actor;
    }

    private IActorRef? LeaderHere(TopicPartition partition) => _directory.Find(partition) is { Fenced: null } route ? route.Actor : null;

    private void OnCheck()
    {
        foreach (var (partition, coordinator) in _coordinators.ToArray())
        {
            if (!coordinator.Leader.Equals(LeaderHere(coordinator.Partition)))
            {
                Dismiss(partition, coordinator);
            }
        }

        if (_coordinators.Count == 0)
        {
            Timers.Cancel(CheckTick.Instance);
        }
    }

    private void Dismiss(int partition, Coordinator coordinator)
    {
        _coordinators.Remove(partition);
        coordinator.Actor.Tell(Resign.Instance);
    }

    /// <param name="Leader">The partition's actor that it is bound to.</param>
    private sealed record Coordinator(TopicPartition Partition, IActorRef Leader, IActorRef Actor);

    private sealed record CheckTick
    {
        public static readonly CheckTick Instance = new();
    }
}

/// <summary>Reply: the command was not looked at.</summary>
internal sealed record GroupRefused(RequestId Id, GroupError Error) : IReply;
