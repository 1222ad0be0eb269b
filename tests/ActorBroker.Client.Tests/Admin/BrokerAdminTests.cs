using System.Collections.Immutable;
using ActorBroker.Client.Groups;
using ActorBroker.Client.Tests.Support;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Admin;

/// <summary>What the administration asks, and makes of the answers; with a node that answers as it is told.</summary>
public sealed class BrokerAdminTests : IDisposable
{
    private static readonly TopicPartition Orders = new("orders", 0);
    private readonly FakeCluster _world = new();

    private BrokerAdmin Admin => _world.Admin;

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_new_topic_is_asked_for_with_its_settings_and_most_of_the_time()
    {
        _world.Answer = _ => RequestDone.Instance;

        await Outcome(Admin.CreateTopicAsync(
            new NewTopic("orders", 3, Configs: new Dictionary<string, string> { ["retention.ms"] = "5" }), timeout: TimeSpan.FromSeconds(10)));

        var request = Assert.IsType<CreateTopic>(Assert.Single(_world.Got));
        Assert.Equal(("orders", 3, -1, 9000, false), (request.Name, request.Partitions, request.ReplicationFactor, request.TimeoutMs, request.IsValidateOnly));
        Assert.Equal("5", request.Configs["retention.ms"]);
    }

    [Fact]
    public async Task The_other_commands_about_topics_say_what_the_caller_said()
    {
        _world.Answer = _ => RequestDone.Instance;

        await Outcome(Admin.DeleteTopicAsync("a"));
        await Outcome(Admin.AddPartitionsAsync("b", 5, isValidateOnly: true));
        await Outcome(Admin.AlterConfigsAsync("c", new Dictionary<string, string> { ["k"] = "v" }, ["r"]));

        Assert.Equal(new DeleteTopic("a", 27_000), _world.Got[0]);
        Assert.Equal(new AddPartitions("b", 5, true, 27_000), _world.Got[1]);
        var alter = Assert.IsType<AlterTopic>(_world.Got[2]);
        Assert.Equal(("c", "v", "r"), (alter.Name, alter.Set["k"], alter.Reset.Single()));
    }

    [Fact]
    public async Task Topics_are_described_in_the_order_asked_and_an_unknown_one_is_an_error()
    {
        _world.Answer = request => FakeAnswers.Describe([.. ((DescribeCluster)request).Topics!.Value.Where(name => name != "gone").Reverse()]);

        var topics = await Outcome(Admin.DescribeTopicsAsync(["b", "a"]));

        Assert.Equal(["b", "a"], topics.Select(topic => topic.Name));
        Assert.Equal(new NodeId(0), topics[0].Partitions.Single().Leader);
        var error = await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(() => Outcome(Admin.DescribeTopicsAsync(["a", "gone"])));
        Assert.Equal("There is no topic gone.", error.Message);
    }

    [Fact]
    public async Task The_list_of_topics_leaves_out_the_brokers_own_unless_asked()
    {
        _world.Answer = _ => FakeAnswers.Describe("b", "a") with { Topics = [FakeAnswers.Topic("b"), FakeAnswers.Topic("__x") with { IsInternal = true }, FakeAnswers.Topic("a")] };

        Assert.Equal(["a", "b"], (await Outcome(Admin.ListTopicsAsync())).Select(topic => topic.Name));
        Assert.Equal(["__x", "a", "b"], (await Outcome(Admin.ListTopicsAsync(withInternal: true))).Select(topic => topic.Name));
    }

    [Fact]
    public async Task Offsets_are_asked_of_the_leader_and_again_when_it_has_moved()
    {
        var asked = 0;
        _world.Answer = request => request switch
        {
            DescribeCluster => FakeAnswers.Describe("orders"),
            FindOffsets find => new OffsetsFound([.. find.Queries.Select(query => new OffsetAnswer(
                query.Partition, ++asked == 1 ? SessionError.NotLeader : SessionError.None, new Offset(42), query.Kind == OffsetKind.AtTimestamp ? query.TimestampMs : -1))]),
            _ => null,
        };

        Assert.Equal(new FoundOffset(new Offset(42), null), (await Outcome(Admin.OffsetsAsync([Orders], OffsetSpec.Latest)))[Orders]);
        Assert.Equal(["DescribeCluster", "FindOffsets", "DescribeCluster", "FindOffsets"], _world.Got.Select(request => request.GetType().Name));
        var time = DateTimeOffset.FromUnixTimeMilliseconds(1_700_000_000_000);
        Assert.Equal(new FoundOffset(new Offset(42), time), (await Outcome(Admin.OffsetsAsync([Orders], OffsetSpec.AtTimestamp(time))))[Orders]);
    }

    [Fact]
    public async Task A_partition_that_does_not_exist_ends_the_question_after_a_second_look()
    {
        _world.Answer = _ => FakeAnswers.Describe("orders");

        var error = await Assert.ThrowsAsync<UnknownTopicOrPartitionException>(
            () => Outcome(Admin.OffsetsAsync([new TopicPartition("orders", 9)], OffsetSpec.Earliest)));

        Assert.Contains("orders-9", error.Message, StringComparison.Ordinal);
        Assert.Equal(2, _world.Got.Count);
    }

    [Fact]
    public async Task A_partition_that_nobody_leads_for_all_the_time_is_a_timeout_that_says_so()
    {
        _world.Answer = _ => FakeAnswers.Describe() with { Topics = [FakeAnswers.Topic("orders", leader: -1)] };

        var error = await Assert.ThrowsAsync<BrokerTimeoutException>(
            () => Outcome(Admin.DeleteRecordsAsync(Orders, Offset.None, TimeSpan.FromSeconds(1))));

        Assert.Equal(SessionError.LeaderNotAvailable, error.Error);
        Assert.Contains("orders-0 has no leader", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Records_are_deleted_by_the_leader()
    {
        _world.Answer = request => request is ForgetRecords forget ? new RecordsForgotten(forget.Partition, new Offset(7)) : FakeAnswers.Describe("orders");

        Assert.Equal(new Offset(7), await Outcome(Admin.DeleteRecordsAsync(Orders, new Offset(7))));
    }

    [Fact]
    public async Task Members_of_a_group_are_shown_with_what_they_read()
    {
        var metadata = ConsumerProtocol.Encode(new ConsumerSubscription(["orders"], default, []));
        var assignment = ConsumerProtocol.Encode(new ConsumerAssignment([Orders], default));
        _world.Answer = request => new GroupFound(
            ((FindGroup)request).GroupId, SessionError.None, "Stable", "consumer", "range",
            [new GroupFoundMember("m-1", "", "c", "host", metadata, assignment), new GroupFoundMember("m-2", "", "c", "host", new byte[] { 1 }, new byte[] { 2 })]);

        var group = await Outcome(Admin.DescribeGroupAsync("g"));

        Assert.Equal(("Stable", "range"), (group.State, group.ProtocolName));
        Assert.Equal(["orders"], group.Members[0].Topics.ToArray());
        Assert.Equal([Orders], group.Members[0].Partitions.ToArray());
        Assert.Empty(group.Members[1].Partitions);
    }

    [Fact]
    public async Task A_coordinator_that_is_loading_is_asked_again_wherever_it_says_so()
    {
        _world.Answer = _ => new GroupReply(_world.Got.Count < 3 ? SessionError.CoordinatorLoading : SessionError.None);

        await Outcome(Admin.DeleteGroupAsync("g"));

        Assert.Equal(3, _world.Got.Count);
    }

    [Fact]
    public async Task A_group_with_members_is_not_deleted_and_keeps_its_offsets()
    {
        _world.Answer = request => request is ForgetGroup
            ? new GroupReply(SessionError.NonEmptyGroup)
            : new GroupOffsetsCommitted([SessionError.None, SessionError.UnknownMember]);

        var delete = await Assert.ThrowsAsync<GroupException>(() => Outcome(Admin.DeleteGroupAsync("g")));
        var alter = await Assert.ThrowsAsync<GroupException>(() => Outcome(Admin.AlterGroupOffsetsAsync(
            "g", ImmutableSortedDictionary.Create<TopicPartition, Offset>(Comparer<TopicPartition>.Create((a, b) => a.Partition - b.Partition))
                .Add(Orders, new Offset(1)).Add(new TopicPartition("orders", 1), new Offset(2)))));

        Assert.Contains("it has members", delete.Message, StringComparison.Ordinal);
        Assert.Equal(SessionError.UnknownMember, alter.Error);
        Assert.Contains("orders-1", alter.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Offsets_of_a_group_leave_out_what_it_has_none_of()
    {
        _world.Answer = _ => new GroupOffsetsFetched(
            SessionError.None,
            [new GroupOffset(Orders, new Offset(5), new LeaderEpoch(1), "m"), new GroupOffset(new TopicPartition("orders", 1), Offset.None, LeaderEpoch.None, "")]);

        var offsets = await Outcome(Admin.GroupOffsetsAsync("g"));

        Assert.Equal(new CommittedOffset(new Offset(5), new LeaderEpoch(1), "m"), Assert.Single(offsets).Value);
        Assert.Null(((FetchGroupOffsets)_world.Got[0]).Partitions);
    }

    [Fact]
    public async Task Groups_are_listed_from_every_node()
    {
        _world.Answer = request => request is FindGroups
            ? new GroupsFound([new GroupListing("b", "consumer", "Stable"), new GroupListing("a", "consumer", "Empty")])
            : FakeAnswers.Describe();

        Assert.Equal(["a", "b"], (await Outcome(Admin.ListGroupsAsync())).Select(group => group.GroupId));
    }

    [Fact]
    public async Task The_cluster_is_described_with_its_nodes()
    {
        var cluster = await Outcome(Admin.DescribeClusterAsync());

        Assert.Equal("cluster", cluster.ClusterId);
        Assert.Equal(new NodeDescription(new NodeId(0), FakeAnswers.Here, "localhost", 9092, ""), Assert.Single(cluster.Nodes));
    }

    private static Task Outcome(Task task) => FakeCluster.Outcome(task);

    private static Task<T> Outcome<T>(Task<T> task) => FakeCluster.Outcome(task);
}
