using System.Collections.Immutable;
using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Tests.Controller;

/// <summary>Three nodes; two partitions where nothing is said, at most 100 a topic and 150 in all.</summary>
public sealed class TopicCommandsTests
{
    private static readonly RequestId Id = new(1, 0);
    private readonly FakeLeadership _leadership = new();
    private readonly TopicCommands _topics;

    public TopicCommandsTests() => _topics = new TopicCommands(_leadership);

    [Fact]
    public void A_topic_is_ready_when_all_its_partitions_have_leaders()
    {
        _topics.Create(Topic("orders"), FakeLeadership.Sender);
        var created = Assert.IsType<TopicCreated>(Assert.Single(_leadership.Commit()));
        Assert.Equal(2, created.Replicas.Length);
        Lead(created, 0);
        Assert.Empty(_leadership.Replies);

        Lead(created, 1);

        var ready = _leadership.OneReply<TopicReady>();
        Assert.Equal((Id, created.TopicId), (ready.Id, ready.Topic.Id));
        Assert.DoesNotContain(ready.Topic.Partitions, partition => partition.Leader == NodeId.None);
    }

    [Fact]
    public void A_silent_node_gets_no_partition_unless_nobody_else_is_there()
    {
        _leadership.Silent.Add(new NodeId(2));
        _topics.Create(Topic("orders"), FakeLeadership.Sender);
        var created = Assert.IsType<TopicCreated>(Assert.Single(_leadership.Commit()));
        Assert.Equal([1, 3], created.Replicas.Select(replicas => replicas[0]).Order());

        _leadership.Silent.UnionWith([new NodeId(1), new NodeId(3)]);
        _topics.Create(Topic("later"), FakeLeadership.Sender);
        Assert.IsType<TopicCreated>(Assert.Single(_leadership.Commit()));
    }

    [Fact]
    public void Leaders_that_are_slow_are_not_waited_for()
    {
        _topics.Create(Topic("orders") with { Timeout = TimeSpan.FromSeconds(3) }, FakeLeadership.Sender);
        _leadership.Commit();
        _leadership.Now += TimeSpan.FromSeconds(2.9);
        _topics.OnTick();
        Assert.Empty(_leadership.Replies);

        _leadership.Now += TimeSpan.FromSeconds(0.1);
        _topics.OnTick();

        Assert.Equal(ControllerError.TimedOut, _leadership.OneReply<ControllerRefused>().Error);
        Assert.Contains("orders", _leadership.Committed.Topics.Keys);
    }

    [Fact]
    public void A_second_topic_of_the_name_is_refused_before_the_first_is_committed()
    {
        _topics.Create(Topic("orders"), FakeLeadership.Sender);

        _topics.Create(Topic("orders"), FakeLeadership.Sender);

        Assert.Equal(ControllerError.TopicExists, _leadership.OneReply<ControllerRefused>().Error);
        Assert.Single(_leadership.Proposed);
    }

    [Fact]
    public void Whoever_waits_for_a_leader_that_is_lost_is_told_once()
    {
        _topics.Create(Topic("proposed"), FakeLeadership.Sender);
        _leadership.Lose();
        Assert.Equal(ControllerError.NotAvailable, _leadership.OneReply<ControllerRefused>().Error);

        _topics.Create(Topic("stored"), FakeLeadership.Sender);
        _leadership.Commit();
        _topics.ReserveProducerId(new ReserveProducerId(Id), FakeLeadership.Sender);
        _topics.Abandon();
        Assert.All(_leadership.Replies, reply => Assert.Equal(ControllerError.NotAvailable, Assert.IsType<ControllerRefused>(reply).Error));
        Assert.Equal(2, _leadership.Replies.Count);
        _leadership.Lose();
        Assert.Equal(2, _leadership.Replies.Count);
    }

    [Fact]
    public void Trying_out_changes_nothing()
    {
        _topics.Create(Topic("orders") with { ValidateOnly = true }, FakeLeadership.Sender);
        Assert.Equal(2, _leadership.OneReply<TopicReady>().Topic.Partitions.Length);

        _leadership.HaveTopic("payments", 1);
        _topics.CreatePartitions(More("payments", 3) with { ValidateOnly = true }, FakeLeadership.Sender);
        Assert.Equal(3, _leadership.OneReply<TopicReady>().Topic.Partitions.Length);
        _topics.Configure(new ConfigureTopic(Id, "payments", ImmutableDictionary<string, string>.Empty.Add("retention.ms", "1000"), true), FakeLeadership.Sender);
        Assert.Empty(_leadership.OneReply<TopicReady>().Topic.Configs);
        Assert.Empty(_leadership.Proposed);
    }

    [Fact]
    public void What_cannot_be_is_refused_with_its_reason()
    {
        _leadership.HaveTopic("full", [.. Enumerable.Repeat(1, 60)]);

        Assert.Equal(ControllerError.InvalidTopicName, Refusal(Topic("a b")));
        Assert.Equal(ControllerError.TopicExists, Refusal(Topic("full")));
        Assert.Equal(ControllerError.InvalidPartitions, Refusal(Topic("orders") with { Partitions = 0 }));
        Assert.Equal(ControllerError.InvalidPartitions, Refusal(Topic("orders") with { Partitions = 101 }));
        Assert.Equal(ControllerError.InvalidPartitions, Refusal(Topic("orders") with { Partitions = 91 }));    // 151 in all
        Assert.Equal(ControllerError.InvalidReplicationFactor, Refusal(Topic("orders") with { ReplicationFactor = 2 }));
        Assert.Equal(ControllerError.InvalidAssignment, Refusal(Topic("orders") with { Assignment = [[new NodeId(9)]] }));
        Assert.Equal(ControllerError.InvalidAssignment, Refusal(Topic("orders") with { Assignment = [[new NodeId(1), new NodeId(2)]] }));
        Assert.Equal(ControllerError.InvalidConfig, Refusal(Topic("orders") with { Configs = ImmutableDictionary<string, string>.Empty.Add("retention.ms", "long") }));
        Assert.Equal(ControllerError.InvalidPartitions, Refusal(More("full", 60)));
        Assert.Equal(ControllerError.UnknownTopic, Refusal(More("orders", 3)));
        Assert.Equal(ControllerError.InvalidAssignment, Refusal(More("full", 62) with { Assignment = [[new NodeId(1)]] }));
        _leadership.Have(new NodeStatusChanged(1, true, true, false), new NodeStatusChanged(2, false, false, false), new NodeStatusChanged(3, true, false, true));
        Assert.Equal(ControllerError.InvalidReplicationFactor, Refusal(Topic("orders")));
    }

    [Fact]
    public void New_partitions_are_ready_when_they_too_have_leaders()
    {
        var topic = _leadership.HaveTopic("orders", 1);
        _topics.CreatePartitions(More("orders", 2), FakeLeadership.Sender);
        var added = Assert.IsType<PartitionsAdded>(Assert.Single(_leadership.Commit()));
        _topics.OnCommitted();
        Assert.Empty(_leadership.Replies);

        _leadership.Have(new LeadersElected(added.Replicas[0][0], [new LedTopic(topic, [1], [0])]));
        _topics.OnCommitted();

        Assert.Equal(2, _leadership.OneReply<TopicReady>().Topic.Partitions.Length);
    }

    [Fact]
    public void A_topic_deleted_while_somebody_waits_for_it_is_not_waited_for()
    {
        _topics.Create(Topic("orders"), FakeLeadership.Sender);
        _leadership.Commit();
        _topics.Delete(new DeleteTopic(Id, "orders", TimeSpan.FromSeconds(1)), FakeLeadership.Sender);
        _leadership.Commit();
        _topics.OnCommitted();

        Assert.Equal(2, _leadership.Replies.Count);
        Assert.IsType<TopicGone>(_leadership.Replies[0]);
        Assert.Equal(ControllerError.UnknownTopic, Assert.IsType<ControllerRefused>(_leadership.Replies[1]).Error);
    }

    [Fact]
    public void No_producer_id_is_given_twice_whoever_leads()
    {
        var seen = new HashSet<long>();
        for (var office = 0; office < 3; office++)
        {
            var topics = new TopicCommands(_leadership);
            for (var call = 0; call < 1500; call++)
            {
                topics.ReserveProducerId(new ReserveProducerId(new RequestId(call, 0)), FakeLeadership.Sender);
                if (call % 100 == 0)
                {
                    _leadership.Commit();
                }
            }

            _leadership.Commit();
            Assert.Equal(1500, _leadership.Replies.Count);
            Assert.All(_leadership.Replies.Cast<ProducerIdReserved>(), reserved => Assert.True(seen.Add(reserved.ProducerId)));
            Assert.Equal(Enumerable.Range(0, 1500).Select(call => (long)call), _leadership.Replies.Select(reply => reply.Id.Call));
            _leadership.Replies.Clear();
            topics.ReserveProducerId(new ReserveProducerId(Id), FakeLeadership.Sender);
            _leadership.Commit();
            _leadership.Replies.Clear();
            topics.Abandon();
        }
    }

    private ControllerError Refusal(IControllerCommand command)
    {
        if (command is CreateTopic create)
        {
            _topics.Create(create, FakeLeadership.Sender);
        }
        else
        {
            _topics.CreatePartitions((CreatePartitions)command, FakeLeadership.Sender);
        }

        Assert.Empty(_leadership.Proposed);
        return _leadership.OneReply<ControllerRefused>().Error;
    }

    private void Lead(TopicCreated created, int partition)
    {
        _leadership.Have(new LeadersElected(created.Replicas[partition][0], [new LedTopic(created.TopicId, [partition], [0])]));
        _topics.OnCommitted();
    }

    private static CreateTopic Topic(string name) =>
        new(Id, name, -1, -1, [], ImmutableDictionary<string, string>.Empty, ValidateOnly: false, IsInternal: false, TimeSpan.FromSeconds(10));

    private static CreatePartitions More(string name, int total) => new(Id, name, total, [], false, TimeSpan.FromSeconds(10));
}
