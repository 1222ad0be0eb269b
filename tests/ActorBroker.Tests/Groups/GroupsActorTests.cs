using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Tests.Sessions.Native;
using Akka.Actor;
using Akka.TestKit;
using JoinGroup = ActorBroker.Groups.JoinGroup;

namespace ActorBroker.Tests.Groups;

/// <summary>Which node coordinates a group, and what becomes of a coordinator whose partition goes.</summary>
public sealed class GroupsActorTests : SessionKit
{
    private const string Offsets = "__consumer_offsets";

    [Fact]
    public void A_group_is_coordinated_where_its_own_partition_is_led()
    {
        Image = Image with
        {
            Nodes = Cluster(
                new NodeImage(new NodeId(1), "localhost", 9092, null),
                new NodeImage(new NodeId(2), "localhost", 9093, null),
                new NodeImage(new NodeId(3), "localhost", 9094, null, Status: NodeStatus.Offline)),
        };
        Topic(Offsets, 3);
        foreach (var leader in new[] { 1, 2, 3 })
        {
            Lead(leader - 1, new NodeId(leader));
        }

        var groups = Groups();
        groups.Tell(new PrepareCoordinator(new RequestId(1, 0), "c"), Client);    // 99 % 3 is 0
        Client.ExpectMsg(new CoordinatorReady(new RequestId(1, 0), new NodeId(1)));
        groups.Tell(new PrepareCoordinator(new RequestId(2, 0), "a"), Client);
        Client.ExpectMsg(new CoordinatorReady(new RequestId(2, 0), new NodeId(2)));
        groups.Tell(new PrepareCoordinator(new RequestId(3, 0), "b"), Client);
        Assert.Contains("__consumer_offsets-2", Client.ExpectMsg<CoordinatorMissing>().Reason, StringComparison.Ordinal);
        ExpectNothing(Controller);
    }

    [Fact]
    public void The_first_question_makes_the_topic_and_all_who_ask_meanwhile_wait()
    {
        var groups = Groups();
        groups.Tell(new PrepareCoordinator(new RequestId(1, 0), "a"), Client);
        groups.Tell(new PrepareCoordinator(new RequestId(2, 0), "b"), Client);
        Assert.Equal(Offsets, Controller.ExpectMsg<CreateTopic>().Name);
        ExpectNothing(Controller);
        Controller.Reply(new ControllerRefused(default, ControllerError.NotAvailable, "no majority"));
        Client.ExpectMsg(new CoordinatorMissing(new RequestId(1, 0), "no majority"));
        Client.ExpectMsg<CoordinatorMissing>();

        groups.Tell(new PrepareCoordinator(new RequestId(3, 0), "a"), Client);
        Controller.ExpectMsg<CreateTopic>();
        Topic(Offsets);
        Controller.Reply(new ControllerRefused(default, ControllerError.TopicExists, "another node was faster"));
        Client.ExpectMsg(new CoordinatorReady(new RequestId(3, 0), new NodeId(1)));
    }

    [Fact]
    public void A_command_is_refused_where_the_partition_is_not_led_or_fenced()
    {
        var groups = Groups();
        groups.Tell(new DescribeGroup(new RequestId(1, 0), "g"), Client);
        Client.ExpectMsg(new GroupRefused(new RequestId(1, 0), GroupError.CoordinatorNotAvailable));
        Topic(Offsets);
        Fence(Offsets);
        groups.Tell(new DescribeGroup(new RequestId(2, 0), "g"), Client);
        Client.ExpectMsg(new GroupRefused(new RequestId(2, 0), GroupError.NotCoordinator));
        Unroute(Offsets);
        groups.Tell(new DescribeGroup(new RequestId(3, 0), "g"), Client);
        Client.ExpectMsg(new GroupRefused(new RequestId(3, 0), GroupError.NotCoordinator));
    }

    [Fact]
    public void Only_groups_of_partitions_that_are_led_here_are_listed()
    {
        var groups = Groups();
        groups.Tell(new ListGroups(new RequestId(1, 0)), Client);
        Assert.Empty(Client.ExpectMsg<GroupsListed>().Groups);
        var here = Topic(Offsets, 2);
        Directory.Remove(new TopicPartition(Offsets, 1));
        groups.Tell(new ListGroups(new RequestId(2, 0)), Client);
        Load(here);
        Assert.Equal(GroupError.None, Client.ExpectMsg<GroupsListed>().Error);
        Unroute(Offsets);
        groups.Tell(new ListGroups(new RequestId(3, 0)), Client);
        Client.ExpectMsg<GroupsListed>();
    }

    [Fact]
    public void Who_waits_at_a_coordinator_whose_partition_goes_is_told_so()
    {
        var log = Topic(Offsets);
        var groups = Groups();
        groups.Tell(Join("g"), Client);
        Load(log);
        groups.Tell(new CommitOffsets(new RequestId(2, 0), "other", -1, "", null, [(new TopicPartition("t", 0), new CommittedOffset(Offset.Zero, LeaderEpoch.None, "", 0))]), Client);
        log.ExpectMsg<Append>().Batch.Dispose();

        Unroute(Offsets);
        Clock.Advance(TimeSpan.FromMilliseconds(300));

        Assert.Equal(GroupError.CoordinatorNotAvailable, Assert.Single(Client.ExpectMsg<OffsetsCommitted>().Outcomes));
        Assert.Equal(GroupError.NotCoordinator, Client.ExpectMsg<JoinedGroup>().Error);
        groups.Tell(new DescribeGroup(new RequestId(3, 0), "g"), Client);
        Client.ExpectMsg(new GroupRefused(new RequestId(3, 0), GroupError.NotCoordinator));
    }

    [Fact]
    public void What_a_coordinator_has_not_looked_at_while_it_reads_is_refused_when_it_goes()
    {
        var log = Topic(Offsets);
        var groups = Groups();
        groups.Tell(new DescribeGroup(new RequestId(1, 0), "g"), Client);
        groups.Tell(new ListGroups(new RequestId(2, 0)), Client);
        log.ExpectMsg<FindOffset>();
        Unroute(Offsets);
        Clock.Advance(TimeSpan.FromMilliseconds(300));
        Client.ExpectMsg(new GroupRefused(new RequestId(1, 0), GroupError.NotCoordinator));
        Assert.Empty(Client.ExpectMsg<GroupsListed>().Groups);
    }

    [Fact]
    public void Another_actor_of_the_partition_gets_another_coordinator_that_reads_it()
    {
        var log = Topic(Offsets);
        var groups = Groups();
        groups.Tell(Join("g"), Client);
        Load(log);
        var next = CreateTestProbe();
        var name = new TopicPartition(Offsets, 0);
        Directory.Set(name, Directory.Find(name)! with { Actor = next });

        groups.Tell(new DescribeGroup(new RequestId(2, 0), "g"), Client);

        Assert.Equal(GroupError.NotCoordinator, Client.ExpectMsg<JoinedGroup>().Error);
        Load(next);
        Assert.Equal("Dead", Client.ExpectMsg<GroupDescribed>().State);
    }

    private static JoinGroup Join(string group) => new(
        new RequestId(1, 0), group, "", null, "c", "h", "consumer", [new GroupProtocol("range", [1])], TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(30), false);

    /// <summary>An empty log is read.</summary>
    private static void Load(TestProbe log)
    {
        log.ExpectMsg<FindOffset>();
        log.Reply(new OffsetFound(default, Offset.Zero, -1, LeaderEpoch.Zero));
        log.ExpectMsg<Fetch>();
        log.Reply(new Fetched(default, null, Offset.Zero, Offset.Zero, Offset.Zero));
    }

    private void Lead(int partition, NodeId leader)
    {
        var topic = Image.Topic(Offsets)!;
        Image = Image.With(topic with { Partitions = topic.Partitions.SetItem(partition, topic.Partitions[partition] with { Leader = leader }) });
    }

    private new IActorRef Groups()
    {
        var node = Node();
        var settings = BrokerSettings.Read(NodeConfig.Build(new BrokerNodeOptions())).Groups with { InitialRebalanceDelay = TimeSpan.FromSeconds(10) };
        return Start(Props.Create(() => new GroupsActor(settings, node.Metadata, Directory, node.Clock)));
    }
}
