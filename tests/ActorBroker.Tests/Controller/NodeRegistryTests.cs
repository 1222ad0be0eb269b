using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Controller;

public sealed class NodeRegistryTests
{
    private readonly FakeLeadership _leadership = new();
    private readonly Letterbox _client = new();
    private readonly NodeRegistry _registry;
    private StoredReplica[] _voters = [new(1, 0), new(2, 0)];

    public NodeRegistryTests() => _registry = new NodeRegistry(_leadership, () => new StoredMembership(-1, -1, _voters, []));

    [Fact]
    public void A_new_node_is_accepted_when_its_place_is_committed()
    {
        _registry.Register(Registration(4), _client);
        _registry.Register(Registration(4), _client);
        Assert.Empty(_client.Take());
        Assert.Single(_leadership.Proposed);

        _leadership.Commit();

        var accepted = _client.One<NodeAccepted>();
        Assert.Equal((FakeLeadership.ClusterId, 0, _leadership.Committed.Version), (accepted.ClusterId, accepted.Incarnation, accepted.Version));
        Assert.Equal(NodeStatus.Online, Node(4).Status);
    }

    [Fact]
    public void A_node_that_is_back_is_accepted_only_by_a_leader_that_can_still_commit()
    {
        // What this leader believes to be committed may be long out of date; a record of its own that is committed proves the contrary.
        _registry.Register(Registration(2) with { ClusterId = FakeLeadership.ClusterId }, _client);
        Assert.Empty(_client.Take());

        _leadership.Lose();
        Assert.Empty(_client.Take());

        _registry.Register(Registration(2) with { ClusterId = FakeLeadership.ClusterId }, _client);
        _leadership.Commit();
        Assert.Equal(_leadership.Committed.Version, _client.One<NodeAccepted>().Version);
        Assert.Equal(0, Node(2).Incarnation);
    }

    [Fact]
    public void A_number_that_another_running_node_has_is_refused()
    {
        _registry.Register(Registration(2) with { AkkaAddress = FakeLeadership.AddressOf(9) }, _client);

        Assert.Contains("node id 2 is in use", _client.One<NodeRejected>().Reason, StringComparison.Ordinal);
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void A_node_that_comes_back_elsewhere_is_let_in_once_its_old_self_is_gone()
    {
        _leadership.Lost(2);
        _registry.Register(Registration(2) with { AkkaAddress = FakeLeadership.AddressOf(9), Host = "elsewhere" }, _client);
        _leadership.Commit();

        Assert.Equal(0, _client.One<NodeAccepted>().Incarnation);
        Assert.Equal(("elsewhere", FakeLeadership.AddressOf(9)), (Node(2).Host, Node(2).AkkaAddress));
    }

    [Fact]
    public void A_folder_of_another_cluster_is_refused()
    {
        _registry.Register(Registration(4) with { ClusterId = Guid.NewGuid() }, _client);

        Assert.Contains("belongs to cluster", _client.One<NodeRejected>().Reason, StringComparison.Ordinal);
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void A_node_with_an_empty_folder_is_another_replica()
    {
        _registry.Register(Registration(2) with { FolderId = Guid.NewGuid() }, _client);
        _leadership.Commit();

        Assert.Equal(1, _client.One<NodeAccepted>().Incarnation);
        Assert.Equal(1, Node(2).Incarnation);
    }

    [Fact]
    public void A_forgotten_node_with_an_empty_folder_is_not_the_voter_that_it_was()
    {
        // Node 3 left without being emptied of its vote; what it promised as a voter, it does not know any more.
        _voters = [new(1, 0), new(3, 4)];
        _leadership.Have(new NodeRemoved(3));

        _registry.Register(Registration(3), _client);
        _leadership.Commit();

        Assert.Equal(5, _client.One<NodeAccepted>().Incarnation);
    }

    [Fact]
    public void A_forgotten_node_with_its_metadata_is_who_it_was()
    {
        _voters = [new(1, 0), new(3, 4)];
        _leadership.Have(new NodeRemoved(3));

        _registry.Register(Registration(3) with { ClusterId = FakeLeadership.ClusterId, Incarnation = 4 }, _client);
        _leadership.Commit();

        Assert.Equal(4, _client.One<NodeAccepted>().Incarnation);
    }

    [Fact]
    public void A_drained_node_that_is_restarted_is_still_drained()
    {
        _registry.Drain(new DrainNode(new RequestId(1, 0), new NodeId(2), true), FakeLeadership.Sender);
        _leadership.Commit();
        Assert.Equal(NodeStatus.Draining, _leadership.OneReply<NodeChanged>().Status);

        _registry.Register(Registration(2) with { Port = 1 }, _client);
        _leadership.Commit();

        Assert.Equal((NodeStatus.Draining, 1), (Node(2).Status, Node(2).Port));
    }

    [Fact]
    public void The_last_node_that_is_used_cannot_be_drained()
    {
        _leadership.Have(new NodeStatusChanged(2, true, true, false), new NodeStatusChanged(3, false, false, false));

        _registry.Drain(new DrainNode(new RequestId(1, 0), new NodeId(1), true), FakeLeadership.Sender);

        Assert.Equal(ControllerError.NoOtherNode, _leadership.OneReply<ControllerRefused>().Error);
    }

    [Fact]
    public void Draining_is_answered_when_it_is_stored_or_not_known_to_be()
    {
        _registry.Drain(new DrainNode(new RequestId(1, 0), new NodeId(9), true), FakeLeadership.Sender);
        Assert.Equal(ControllerError.UnknownNode, _leadership.OneReply<ControllerRefused>().Error);

        _registry.Drain(new DrainNode(new RequestId(1, 0), new NodeId(2), true), FakeLeadership.Sender);
        Assert.Empty(_leadership.Replies);
        _leadership.Lose();
        Assert.Equal(ControllerError.NotAvailable, _leadership.OneReply<ControllerRefused>().Error);
    }

    [Fact]
    public void A_voter_may_go_when_it_has_no_partition_and_no_vote()
    {
        var topic = _leadership.HaveTopic("orders", 2, 1);

        Assert.Equal(new LeaveProgress(1, false), Leave(2));
        _leadership.Commit();
        Assert.Equal(NodeStatus.Draining, Node(2).Status);
        _leadership.Have(new MovesStarted([new StartedMove(topic, 0, 0, 2, 3)]), new MoveFinished(topic, 0, 0, 2));
        Assert.Equal(new LeaveProgress(0, false), Leave(2));
        _voters = [new(1, 0)];
        Assert.Equal(new LeaveProgress(0, true), Leave(2));

        _registry.Leave(new LeaveNode(2, IsGone: true), _client);
        _leadership.Commit();
        Assert.DoesNotContain(new NodeId(2), _leadership.Committed.Nodes.Keys);
        Assert.Equal(new LeaveProgress(0, true), Leave(2));
    }

    [Fact]
    public void The_last_node_goes_with_what_it_has()
    {
        _leadership.HaveTopic("orders", 2);
        _leadership.Have(new NodeStatusChanged(1, false, false, false), new NodeStatusChanged(3, true, false, true));

        Leave(2);
        _leadership.Commit();
        Assert.Equal(new LeaveProgress(0, true), Leave(2));

        _registry.Leave(new LeaveNode(2, IsGone: true), _client);
        _leadership.Commit();
        Assert.Equal(NodeStatus.Offline, Node(2).Status);
    }

    [Fact]
    public void A_node_that_stops_saying_that_it_leaves_is_used_again()
    {
        Leave(2);
        _leadership.Commit();
        for (var second = 0; second < 10; second++)
        {
            _leadership.Now += TimeSpan.FromSeconds(1);
            _registry.OnTick();
            Assert.Empty(_leadership.Proposed);
        }

        _leadership.Now += TimeSpan.FromSeconds(1);
        _registry.OnTick();
        _leadership.Commit();

        Assert.Equal(NodeStatus.Online, Node(2).Status);
    }

    [Fact]
    public void Nodes_go_and_come_with_the_members_of_the_cluster()
    {
        _leadership.Lost(2);
        _registry.OnTick();
        _registry.OnTick();
        Assert.Equal([new NodeStatusChanged(2, false, false, false)], _leadership.Commit());

        _leadership.Found(2);
        _registry.OnTick();
        _leadership.Commit();
        Assert.Equal(NodeStatus.Online, Node(2).Status);
    }

    private LeaveProgress Leave(int node)
    {
        _registry.Leave(new LeaveNode(node, IsGone: false), _client);
        return _client.One<LeaveProgress>();
    }

    private NodeImage Node(int node) => _leadership.Committed.Nodes[new NodeId(node)];

    private static RegisterNode Registration(int node) =>
        new(node, FakeLeadership.FolderOf(node), Guid.Empty, 0, "localhost", 9092 + node, null, FakeLeadership.AddressOf(node));
}
