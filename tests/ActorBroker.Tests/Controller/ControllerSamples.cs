using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Raft;

namespace ActorBroker.Tests.Controller;

/// <summary>What nodes tell each other.</summary>
internal static class ControllerSamples
{
    public static readonly Guid Id = new(1, 2, 3, [4, 5, 6, 7, 8, 9, 10, 11]);
    public static readonly RequestId Request = new(12, 3);
    private static readonly ReplicaId One = new(1);
    private static readonly ReplicaId Two = new(2, 7);
    private static readonly MembershipAt Group = new(5, 2, new Membership([One, Two], [new ReplicaId(3)]));
    public static readonly ImmutableDictionary<string, string> Configs = ImmutableDictionary<string, string>.Empty.Add("note", "\"ü\u0001");

    /// <summary>The message that carries records.</summary>
    public static RaftMessage Append => RaftMessages()[2];

    /// <summary>At least one of every kind.</summary>
    public static object[] All() =>
    [
        .. RaftMessages().Select(message => new RaftEnvelope(Id, message)),
        new RaftEnvelope(Id, Append) { Bytes = [1, 2, 3, 0, 255] },
        new RegisterNode(4, Id, Guid.Empty, 2, "häuser", 9092, null, "akka.tcp://x@h:1"),
        new NodeAccepted(Id, 2, StoredMembership.Of(Group), long.MaxValue),
        new NodeRejected("its \"folder\""),
        new AskElsewhere(true),
        .. Commands().Select(command => new ForwardedCommand(17, command)),
        .. Replies().Select(reply => new CommandAnswered(17, 4711, reply)),
        new ReportLeaders(new LeadersElected(2, [new LedTopic(Id, [0, 1], [5, 6])])),
        new ReportMoveReady(new MoveFinished(Id, 3, 9, 4)),
        new ReportMoveFailed(Id, 3, 9, "why"),
        new FetchSnapshotPart(Id, 100, 1 << 20),
        new SnapshotPart(100, 0, 3) { Bytes = [7, 8, 9] },
        new LeaveNode(3, true),
        new LeaveProgress(5, false),
        new FetchCopy(9, 100, 1 << 20),
        new CopyPart(9, 100, 120, 50, 200, 3, true) { Bytes = [1] },
        new CopyRefused(9, "no"),
        new HandOver(9, 200, 1 << 20),
        new FindCluster(Id),
        new ClusterFound(Id),
    ];

    private static RaftMessage[] RaftMessages() =>
    [
        new VoteRequest(One, Two, 3, 4, 2, 100, true, false),
        new VoteResponse(Two, One, 3, 4, true, true),
        new AppendRequest(One, Two, 3, 5, 2, 8, 3, [Group], 4, 1, 77),
        new InstallRequest(One, Two, 3, 10, [new EpochStart(1, 0), new EpochStart(2, 4)], Group, 78),
        new AppendResponse(Two, One, 3, AppendOutcome.Diverged, 5, 4, 1, -1),
        new TimeoutNow(One, Two, 3, 100),
    ];

    private static IControllerCommand[] Commands() =>
    [
        new CreateTopic(Request, "orders", 3, -1, [[new NodeId(1)], [new NodeId(2), new NodeId(3)]], Configs, true, false, TimeSpan.FromSeconds(1.5)),
        new DeleteTopic(Request, "orders", TimeSpan.FromSeconds(2)),
        new CreatePartitions(Request, "orders", 7, [], false, TimeSpan.MaxValue),
        new ConfigureTopic(Request, "orders", Configs, true),
        new ReserveProducerId(Request),
        new MovePartitions(Request, [new PartitionTarget(new TopicPartition("orders", 1), [new NodeId(2)]), new PartitionTarget(new TopicPartition("orders", 2), [])]),
        new DrainNode(Request, new NodeId(4), true),
        new DescribeQuorum(Request),
    ];

    private static IReply[] Replies() =>
    [
        new TopicReady(Request, new TopicImage(Id, "orders", true, [new PartitionImage(0, [new NodeId(1), new NodeId(2)], new NodeId(1), new LeaderEpoch(4), new PartitionMove(7, new NodeId(1), new NodeId(3)))], Configs)),
        new TopicGone(Request, "orders", Id),
        new ProducerIdReserved(Request, long.MaxValue),
        new ControllerRefused(Request, ControllerError.NoOtherNode, "why"),
        new MovesPlanned(Request, [null, new MoveRefusal(ControllerError.UnknownPartition, "why")]),
        new NodeChanged(Request, new NodeId(4), NodeStatus.Draining),
        new QuorumDescribed(Request, new NodeId(1), 3, 100, [new QuorumReplica(new NodeId(1), 100)], [new QuorumReplica(new NodeId(2), -1)]),
    ];
}
