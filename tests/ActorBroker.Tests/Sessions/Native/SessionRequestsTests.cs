using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Native;
using Akka.Actor;
using CreateTopic = ActorBroker.Controller.CreateTopic;
using DeleteTopic = ActorBroker.Messages.Sessions.DeleteTopic;
using InnerDeleteTopic = ActorBroker.Controller.DeleteTopic;
using InnerJoinGroup = ActorBroker.Groups.JoinGroup;
using JoinGroup = ActorBroker.Messages.Sessions.JoinGroup;

namespace ActorBroker.Tests.Sessions.Native;

/// <summary>Requests whose answers come late, never, or from the wrong place.</summary>
public sealed class SessionRequestsTests : SessionKit
{
    [Fact]
    public void A_request_that_nobody_answers_is_refused_in_time()
    {
        var requests = Requests();
        requests.Tell(new AddPartitions("t", 3, false, 1000), Client);
        var command = Controller.ExpectMsg<CreatePartitions>();
        Clock.Advance(TimeSpan.FromSeconds(29));
        ExpectNothing(Client);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SessionError.TimedOut, Client.ExpectMsg<RequestRefused>().Error);
        Controller.Reply(new ControllerRefused(command.Id, ControllerError.InvalidPartitions, "late"));
        ExpectNothing(Client);
    }

    [Fact]
    public void A_join_is_given_the_rebalance_timeout_as_well()
    {
        Topic("__consumer_offsets");
        Requests().Tell(new JoinGroup("g", "", "", "c", [], 6000, 60_000), Client);
        Groups.ExpectMsg<InnerJoinGroup>();
        Clock.Advance(TimeSpan.FromSeconds(89));
        ExpectNothing(Client);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(SessionError.TimedOut, Client.ExpectMsg<RequestRefused>().Error);
    }

    [Fact]
    public void One_request_too_many_is_refused_until_another_one_is_answered()
    {
        var requests = Requests("broker.sessions.requests-max=1");
        requests.Tell(new DeleteTopic("t", 1000), Client);
        requests.Tell(new DescribeCluster(null, false), Client);
        Assert.Equal(SessionError.Overloaded, Client.ExpectMsg<RequestRefused>().Error);
        Controller.Reply(new TopicGone(Controller.ExpectMsg<InnerDeleteTopic>().Id, "t", Guid.NewGuid()));
        Client.ExpectMsg<RequestDone>();
        requests.Tell(new DescribeCluster(null, false), Client);
        Client.ExpectMsg<ClusterDescribed>();
    }

    [Fact]
    public void A_topic_whose_leaders_do_not_come_is_described_without_one()
    {
        var requests = Requests();
        requests.Tell(new DescribeCluster(["slow", "refused", "silent"], true), Client);
        var slow = Controller.ExpectMsg<CreateTopic>();
        Controller.Reply(new ControllerRefused(slow.Id, ControllerError.TimedOut, "slow"));
        Controller.Reply(new ControllerRefused(Controller.ExpectMsg<CreateTopic>().Id, ControllerError.StorageFailed, "disk"));
        ExpectNothing(Client);
        Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(
            [("slow", SessionError.LeaderNotAvailable), ("refused", SessionError.StorageFailed), ("silent", SessionError.LeaderNotAvailable)],
            Client.ExpectMsg<ClusterDescribed>().Topics.Select(topic => (topic.Name, topic.Error)));
    }

    [Fact]
    public void Offsets_of_a_silent_partition_time_out_and_the_others_are_told()
    {
        var fast = Topic("fast");
        Topic("silent");
        Requests().Tell(new FindOffsets([Latest("silent"), Latest("fast")]), Client);
        fast.Reply(new OffsetFound(fast.ExpectMsg<FindOffset>().Id, new Offset(8), -1, LeaderEpoch.Zero));
        Clock.Advance(TimeSpan.FromSeconds(31));
        Assert.Equal(
            [("silent", SessionError.TimedOut, -1L), ("fast", SessionError.None, 8L)],
            Client.ExpectMsg<OffsetsFound>().Answers.Select(answer => (answer.Partition.Topic, answer.Error, answer.Offset.Value)));
    }

    [Fact]
    public void A_group_without_a_coordinator_gets_one_first()
    {
        var requests = Requests();
        requests.Tell(new ForgetGroup("g"), Client);
        Groups.Reply(new CoordinatorReady(Groups.ExpectMsg<PrepareCoordinator>().Id, new NodeId(1)));
        Groups.Reply(new GroupAnswered(Groups.ExpectMsg<DeleteGroup>().Id, GroupError.GroupNotFound));
        Client.ExpectMsg(new GroupReply(SessionError.GroupNotFound));

        requests.Tell(new ForgetGroup("g"), Client);
        Groups.Reply(new CoordinatorMissing(Groups.ExpectMsg<PrepareCoordinator>().Id, "no disk"));
        Client.ExpectMsg(new RequestRefused(SessionError.CoordinatorNotAvailable, "no disk"));
    }

    [Fact]
    public void A_command_that_no_coordinator_looked_at_is_refused()
    {
        Topic("__consumer_offsets");
        var requests = Requests();
        requests.Tell(new HeartbeatGroup("g", 1, "m", ""), Client);
        Groups.Reply(new GroupRefused(Groups.ExpectMsg<GroupHeartbeat>().Id, GroupError.CoordinatorLoading));
        Assert.Equal(SessionError.CoordinatorLoading, Client.ExpectMsg<RequestRefused>().Error);
        requests.Tell(FindGroups.Instance, Client);
        Groups.Reply(new GroupsListed(Groups.ExpectMsg<ListGroups>().Id, GroupError.CoordinatorLoading, []));
        Assert.Equal(SessionError.CoordinatorLoading, Client.ExpectMsg<RequestRefused>().Error);
    }

    [Fact]
    public void A_request_that_makes_the_node_fail_is_refused_and_the_others_go_on()
    {
        var requests = Requests();
        requests.Tell(new DeleteTopic("t", 1000), Client);
        requests.Tell(new FindOffsets(default), Client);
        Assert.Equal(SessionError.Unknown, Client.ExpectMsg<RequestRefused>().Error);
        Controller.Reply(new TopicGone(Controller.ExpectMsg<InnerDeleteTopic>().Id, "t", Guid.NewGuid()));
        Client.ExpectMsg<RequestDone>();
    }

    [Fact]
    public void Open_requests_are_refused_when_the_node_stops()
    {
        var requests = Requests();
        requests.Tell(new AlterTopic("t", ImmutableDictionary<string, string>.Empty, [], false), Client);
        Assert.Equal(SessionError.UnknownTopicOrPartition, Client.ExpectMsg<RequestRefused>().Error);
        requests.Tell(new DeleteTopic("t", 1000), Client);
        Sys.Stop(requests);
        Assert.Equal(SessionError.ShuttingDown, Client.ExpectMsg<RequestRefused>().Error);
    }

    private IActorRef Requests(params string[] settings)
    {
        var node = Node(settings);
        return Start(Props.Create(() => new SessionRequestsActor(node)));
    }

    private static OffsetQuery Latest(string topic) => new(new TopicPartition(topic, 0), OffsetKind.Latest, 0);
}
