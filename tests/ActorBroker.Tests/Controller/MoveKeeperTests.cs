using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Controller;

/// <summary>Four moves at a time in all, two for each node; balance after 30 s of quiet; a move that failed is tried again after 20 s.</summary>
public sealed class MoveKeeperTests
{
    private readonly FakeLeadership _leadership = new();
    private readonly MoveKeeper _moves;

    public MoveKeeperTests() => _moves = new MoveKeeper(_leadership);

    [Fact]
    public void What_a_person_asks_for_starts_at_once()
    {
        var topic = _leadership.HaveTopic("orders", 1, 2);

        Assert.Null(Assert.Single(Move("orders", 0, 3)));

        Assert.Equal(new StartedMove(topic, 0, 1, 1, 3), Assert.Single(Assert.IsType<MovesStarted>(Assert.Single(_leadership.Commit())).Moves));
    }

    [Fact]
    public void No_more_moves_than_the_limit_are_under_way()
    {
        var topic = _leadership.HaveTopic("orders", 1, 1, 1, 1, 1, 1);
        for (var partition = 0; partition < 6; partition++)
        {
            Move("orders", partition, 2);
        }

        _leadership.Commit();
        Assert.Equal(4, UnderWay());

        Ready(topic, 0);
        _leadership.Commit();
        Tick();
        _leadership.Commit();
        Assert.Equal(4, UnderWay());
        Assert.Equal(2, _leadership.Partition("orders", 0).Leader.Value);

        for (var round = 0; round < 10; round++)
        {
            foreach (var partition in _leadership.Committed.Topics["orders"].Partitions.Where(partition => partition.Move is not null))
            {
                Ready(topic, partition.Number);
            }

            _leadership.Commit();
            Tick();
            _leadership.Commit();
        }

        Assert.All(_leadership.Committed.Topics["orders"].Partitions, partition => Assert.Equal(2, partition.Leader.Value));
    }

    [Fact]
    public void A_drained_node_is_emptied_and_no_node_has_more_moves_than_its_limit()
    {
        _leadership.HaveTopic("orders", 1, 1, 1, 1, 1, 1, 2, 3);
        _leadership.Have(new NodeStatusChanged(1, true, true, false));

        Tick();
        _leadership.Commit();

        Assert.Equal(2, UnderWay());
        Assert.All(Moving(), move => Assert.Equal(1, move.From.Value));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void A_move_ends_when_one_of_its_nodes_goes_offline(int lost)
    {
        _leadership.HaveTopic("orders", 1, 2);
        Move("orders", 0, 3);
        _leadership.Commit();

        _leadership.Have(new NodeStatusChanged(lost, false, false, false));
        _moves.OnTick();
        _moves.OnTick();

        Assert.Single(_leadership.Proposed.OfType<MoveCancelled>());
        _leadership.Commit();
        Assert.Equal((1, 0), (_leadership.Partition("orders", 0).Leader.Value, UnderWay()));
    }

    [Fact]
    public void A_move_that_takes_too_long_ends()
    {
        _leadership.HaveTopic("orders", 1, 2);
        Move("orders", 0, 3);
        _leadership.Commit();
        Tick();
        _leadership.Now += TimeSpan.FromMinutes(5);
        _moves.OnTick();
        Assert.Empty(_leadership.Proposed.OfType<MoveCancelled>());

        Tick();

        Assert.Single(_leadership.Proposed.OfType<MoveCancelled>());
    }

    [Fact]
    public void Readiness_counts_for_the_move_that_is_under_way_and_once()
    {
        var topic = _leadership.HaveTopic("orders", 1, 2);
        Move("orders", 0, 3);
        _leadership.Commit();

        _moves.OnReady(new ReportMoveReady(new MoveFinished(topic, 0, 7, 2)));
        _moves.OnReady(new ReportMoveReady(new MoveFinished(topic, -1, 1, 2)));
        _moves.OnReady(new ReportMoveReady(new MoveFinished(Guid.NewGuid(), 0, 1, 2)));
        Assert.Empty(_leadership.Proposed);
        Ready(topic, 0);
        Ready(topic, 0);
        Assert.Single(_leadership.Proposed);
        _moves.OnFailed(new ReportMoveFailed(topic, 0, 1, "too late"));
        Assert.Single(_leadership.Proposed);

        _leadership.Commit();
        Assert.Equal((3, 2), (_leadership.Partition("orders", 0).Leader.Value, _leadership.Partition("orders", 0).Epoch.Value));
    }

    [Fact]
    public void A_copy_that_failed_is_not_tried_again_at_once()
    {
        var topic = _leadership.HaveTopic("orders", 1, 2, 3);
        _leadership.Have(new NodeStatusChanged(1, true, true, false));
        Tick();
        _leadership.Commit();
        var move = Assert.Single(Moving());

        _moves.OnFailed(new ReportMoveFailed(topic, 0, move.Number, "its disk is full"));
        _leadership.Commit();
        Tick();
        Assert.Empty(_leadership.Proposed);

        _leadership.Now += TimeSpan.FromSeconds(20);
        Tick();
        Assert.Single(_leadership.Proposed.OfType<MovesStarted>());
    }

    [Fact]
    public void Targets_that_cannot_be_are_refused_one_by_one()
    {
        _leadership.HaveTopic("orders", 1, 2);

        Assert.Equal(ControllerError.UnknownPartition, Move("orders", 2, 3)[0]!.Error);
        Assert.Equal(ControllerError.UnknownPartition, Move("orders", -1, 3)[0]!.Error);
        Assert.Equal(ControllerError.UnknownPartition, Move("payments", 0, 3)[0]!.Error);
        Assert.Equal(ControllerError.InvalidAssignment, Move("orders", 0, 9)[0]!.Error);
        Assert.Equal(ControllerError.NoMoveUnderWay, Move("orders", 0)[0]!.Error);
        Assert.Null(Assert.Single(Move("orders", 0, 1)));    // where it is
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void A_person_changes_his_mind()
    {
        _leadership.HaveTopic("orders", 1, 2);
        Move("orders", 0, 3);
        _leadership.Commit();

        Move("orders", 0, 2);
        _leadership.Commit();
        Assert.Equal(2, Assert.Single(Moving()).To.Value);

        Assert.Null(Assert.Single(Move("orders", 0)));
        _leadership.Commit();
        Assert.Empty(Moving());
        Tick();
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void What_was_asked_of_a_topic_that_is_smaller_now_is_forgotten()
    {
        var topic = _leadership.HaveTopic("orders", 1, 1);
        _leadership.Have(new NodeStatusChanged(1, false, false, false));
        Move("orders", 1, 2);                                            // waits for node 1
        _leadership.Have(new TopicDeleted(topic, "orders"));
        _leadership.HaveTopic("orders", 3);
        _leadership.Have(new NodeStatusChanged(1, true, false, false));

        Tick();

        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void Balance_is_looked_for_when_all_is_quiet()
    {
        _leadership.HaveTopic("orders", 1, 1, 1, 1, 1, 1);
        Tick();
        _leadership.Now += TimeSpan.FromSeconds(29);
        _moves.OnTick();
        Assert.Empty(_leadership.Proposed);
        _leadership.Now += TimeSpan.FromSeconds(1);
        _moves.OnTick();
        Assert.NotEmpty(_leadership.Proposed);
        _leadership.Lose();

        // A node that is gone may soon be back.
        _leadership.Have(new NodeStatusChanged(3, false, false, false));
        _leadership.Now += TimeSpan.FromHours(1);
        Tick();
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void A_leader_that_is_new_ends_the_moves_of_the_one_before_it()
    {
        var topic = _leadership.HaveTopic("orders", 1, 2);
        Move("orders", 0, 3);
        _leadership.Commit();
        _moves.Abandon();
        var next = new MoveKeeper(_leadership);
        next.OnTick();
        _leadership.Now += TimeSpan.FromMinutes(6);

        next.OnTick();

        Assert.Equal([new MoveCancelled(topic, 0, 1)], _leadership.Commit());
    }

    private MoveRefusal?[] Move(string topic, int partition, params int[] replicas)
    {
        _moves.Move(
            new MovePartitions(new RequestId(1, 0), [new PartitionTarget(new TopicPartition(topic, partition), [.. replicas.Select(node => new NodeId(node))])]),
            FakeLeadership.Sender,
            nodes => _leadership.Committed.Nodes.ContainsKey(nodes[0]) ? null : "there is no such node");
        return [.. _leadership.OneReply<MovesPlanned>().Refusals];
    }

    private void Ready(Guid topic, int partition)
    {
        var image = _leadership.Committed.Topic(topic)!.Partitions[partition];
        _moves.OnReady(new ReportMoveReady(new MoveFinished(topic, partition, image.Move!.Number, image.Epoch.Value + 1)));
    }

    private void Tick()
    {
        _leadership.Now += TimeSpan.FromSeconds(1);
        _moves.OnTick();
    }

    private IEnumerable<PartitionMove> Moving() => _leadership.Committed.Partitions().Where(partition => partition.Move is not null).Select(partition => partition.Move!);

    private int UnderWay() => Moving().Count();
}
