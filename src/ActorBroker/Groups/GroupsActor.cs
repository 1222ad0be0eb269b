using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using Akka.Actor;

namespace ActorBroker.Groups;

/// <summary>Makes the topic that keeps the groups when it is first needed, and sends each command to the coordinator of its group.</summary>
internal sealed class GroupsActor : ReceiveActor
{
    private static readonly TimeSpan CreateTimeout = TimeSpan.FromSeconds(10);
    private readonly GroupSettings _settings;
    private readonly IClusterMetadata _metadata;
    private readonly PartitionDirectory _directory;
    private readonly TimeProvider _clock;
    private readonly Dictionary<int, IActorRef> _coordinators = [];
    private readonly List<(IActorRef Client, PrepareCoordinator Command)> _waiting = [];

    public GroupsActor(GroupSettings settings, IClusterMetadata metadata, PartitionDirectory directory, TimeProvider clock)
    {
        _settings = settings;
        _metadata = metadata;
        _directory = directory;
        _clock = clock;
        Receive<PrepareCoordinator>(OnPrepare);
        Receive<TopicReady>(_ => AnswerWaiting(null));
        Receive<ControllerRefused>(OnRefused);
        Receive<IGroupCommand>(OnGroupCommand);
        Receive<ListGroups>(OnList);
    }

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
        if (OffsetsTopic is { } topic && topic.Partitions.All(partition => partition.Leader != NodeId.None))
        {
            Sender.Tell(new CoordinatorReady(command.Id));
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

    private void OnRefused(ControllerRefused refused) =>
        AnswerWaiting(refused.Error == ControllerError.TopicExists ? null : refused.Message);

    private void AnswerWaiting(string? failure)
    {
        foreach (var (client, command) in _waiting)
        {
            client.Tell(failure is null ? new CoordinatorReady(command.Id) : new CoordinatorMissing(command.Id, failure));
        }

        _waiting.Clear();
    }

    private void OnGroupCommand(IGroupCommand command)
    {
        if (OffsetsTopic is not { } topic)
        {
            Sender.Tell(new GroupRefused(command.Id, GroupError.CoordinatorNotAvailable));
            return;
        }

        Coordinator(topic, PartitionFor(command.GroupId, topic.Partitions.Length)).Forward(command);
    }

    private void OnList(ListGroups command)
    {
        if (OffsetsTopic is not { } topic)
        {
            Sender.Tell(new GroupsListed(command.Id, GroupError.None, []));
            return;
        }

        var coordinators = Enumerable.Range(0, topic.Partitions.Length).Select(partition => Coordinator(topic, partition)).ToArray();
        Context.ActorOf(Props.Create(() => new ListGroupsActor(command, Sender, coordinators)));
    }

    private IActorRef Coordinator(TopicImage topic, int partition)
    {
        if (!_coordinators.TryGetValue(partition, out var coordinator))
        {
            var name = new TopicPartition(topic.Name, partition);
            coordinator = Context.ActorOf(Props.Create(() => new GroupCoordinatorActor(name, _settings, _directory, _clock)), name.ToString());
            _coordinators[partition] = coordinator;
        }

        return coordinator;
    }
}

/// <summary>Reply: the command was not looked at.</summary>
internal sealed record GroupRefused(RequestId Id, GroupError Error) : IReply;
