using System.Collections.Immutable;
using ActorBroker.Client.Tests.Support;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Embedded;

public sealed class ClusterRequestTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);
    private static readonly CreateTopic Create = new("orders", 1, 1, ImmutableDictionary<string, string>.Empty, false, 1000);

    [Fact]
    public async Task A_node_that_says_nothing_is_left_after_the_connect_timeout()
    {
        using var world = new SimulatedWorld(SimulatedWorld.Here, SimulatedWorld.Gone);
        world.Answer = _ => world.Got.Count == 1 ? null : new GroupsFound([]);
        var request = Groups(world);
        world.Pass(world.Settings.ConnectTimeout + TimeSpan.FromMilliseconds(60));
        await world.Outcome(request);

        Assert.Equal([0, 5050], world.Got.Select(got => (int)got.At.TotalMilliseconds));
    }

    [Fact]
    public async Task An_address_where_nobody_is_costs_no_time_and_the_one_that_answered_comes_first_from_then_on()
    {
        using var world = new SimulatedWorld(SimulatedWorld.Gone, SimulatedWorld.Here);
        world.Answer = _ => new GroupsFound([]);

        await world.Outcome(Groups(world));

        Assert.Equal(TimeSpan.Zero, world.Got[0].At);
        Assert.Equal([SimulatedWorld.Here, SimulatedWorld.Gone], world.Cluster.Contacts.InOrder(world.Cluster.View).ToArray());
    }

    [Fact]
    public async Task A_node_that_is_busy_is_asked_again_after_longer_and_longer_pauses()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => world.Got.Count < 5 ? new RequestRefused(SessionError.Overloaded, "too much") : new GroupsFound([]);
        var request = Groups(world);
        world.Pass(TimeSpan.FromSeconds(2));
        await world.Outcome(request);

        Assert.Equal([0, 50, 150, 350, 750], world.Got.Select(got => (int)got.At.TotalMilliseconds));
    }

    [Fact]
    public async Task A_refusal_that_says_no_is_told_at_once()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => new RequestRefused(SessionError.TopicExists, "orders is there");

        var error = await Assert.ThrowsAsync<TopicExistsException>(
            () => world.Outcome(world.Cluster.AskAnyAsync<RequestDone>(Create, Timeout, default)));

        Assert.Contains("orders is there", error.Message, StringComparison.Ordinal);
        Assert.False(error.IsRetriable);
        Assert.Single(world.Got);
    }

    [Fact]
    public async Task The_deadline_says_what_was_tried_how_often_and_what_came_last()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => new RequestRefused(SessionError.CoordinatorLoading, "reading __consumer_offsets-7");
        var request = Groups(world);
        world.Pass(Timeout);

        var error = await Assert.ThrowsAsync<BrokerTimeoutException>(() => world.Outcome(request));

        Assert.Equal(SessionError.CoordinatorLoading, error.Error);
        Assert.True(error.IsRetriable);
        Assert.Contains($"{world.Got.Count} attempts: {SimulatedWorld.Here} ({world.Got.Count}×)", error.Message, StringComparison.Ordinal);
        Assert.Contains("reading __consumer_offsets-7", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_there_at_all_is_another_error_than_no_answer()
    {
        using var world = new SimulatedWorld(SimulatedWorld.Gone);
        var request = Groups(world);
        world.Pass(Timeout);

        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(() => world.Outcome(request));

        Assert.Contains("has no /user/broker/sessions", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_request_that_the_node_may_hold_is_not_sent_twice_while_the_node_lives()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => null;
        var request = world.Cluster.AskAnyAsync<RequestDone>(Create, Timeout, default);
        world.Pass(TimeSpan.FromSeconds(15));
        Assert.Single(world.Got);

        world.StopNode();
        world.Answer = _ => RequestDone.Instance;
        world.StartNode();
        world.Pass(TimeSpan.FromSeconds(1));

        await world.Outcome(request);
        Assert.Equal(2, world.Got.Count);
    }

    [Fact]
    public async Task A_creation_that_timed_out_at_the_node_is_not_repeated_behind_the_callers_back()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => new RequestRefused(SessionError.TimedOut, "no leader yet");

        await Assert.ThrowsAsync<BrokerTimeoutException>(() => world.Outcome(world.Cluster.AskAnyAsync<RequestDone>(Create, Timeout, default)));

        Assert.Single(world.Got);
    }

    [Fact]
    public async Task A_node_that_the_view_does_not_have_is_looked_for()
    {
        using var world = new SimulatedWorld();
        world.Answer = request => request is DescribeCluster ? FakeAnswers.Describe() : new OffsetsFound([]);
        var request = world.Cluster.AskNodeAsync<OffsetsFound>(new NodeId(0), new FindOffsets([]), Timeout, default);
        Assert.Throws<BrokerUnavailableException>(() => world.Cluster.SessionsOf(new NodeId(0)));

        world.Pass(TimeSpan.FromMilliseconds(60));

        await world.Outcome(request);
    }

    [Fact]
    public async Task A_node_that_is_not_the_leader_is_not_asked_again()
    {
        using var world = new SimulatedWorld();
        await world.Outcome(world.Cluster.RefreshAsync([], false, -1, default));
        world.Answer = _ => new RequestRefused(SessionError.NotLeader, "node 2 is");

        var error = await Assert.ThrowsAsync<BrokerException>(
            () => world.Outcome(world.Cluster.AskNodeAsync<OffsetsFound>(new NodeId(0), new FindOffsets([]), Timeout, default)));

        Assert.Equal(SessionError.NotLeader, error.Error);
        Assert.True(error.IsRetriable);
        Assert.Equal(2, world.Got.Count);
    }

    [Fact]
    public async Task An_answer_of_another_kind_is_an_error_of_its_own()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => RequestDone.Instance;

        var error = await Assert.ThrowsAsync<BrokerException>(() => world.Outcome(Groups(world)));

        Assert.Contains("RequestDone, not GroupsFound", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cancelled_request_is_sent_no_more()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => new RequestRefused(SessionError.Overloaded, "");
        using var cancellation = new CancellationTokenSource();
        var request = world.Cluster.AskAnyAsync<GroupsFound>(FindGroups.Instance, Timeout, cancellation.Token);
        world.Run();

        await cancellation.CancelAsync();
        world.Pass(TimeSpan.FromSeconds(5));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => world.Outcome(request));
        Assert.Single(world.Got);
    }

    [Fact]
    public async Task Everything_fails_by_name_when_the_actor_system_has_ended()
    {
        using var world = new SimulatedWorld();
        world.Answer = _ => null;
        var pending = Groups(world);
        var refresh = world.Cluster.RefreshAsync([], false, -1, default);
        world.Run();

        world.End();

        await Assert.ThrowsAsync<ClientClosedException>(() => world.Outcome(pending));
        await Assert.ThrowsAsync<ClientClosedException>(() => world.Outcome(refresh));
        await Assert.ThrowsAsync<ClientClosedException>(() => world.Outcome(Groups(world)));
        await Assert.ThrowsAsync<ClientClosedException>(() => world.Outcome(world.Cluster.RefreshAsync([], false, -1, default)));
    }

    [Fact]
    public async Task A_groups_coordinator_is_looked_for_among_all_nodes_and_in_a_new_view()
    {
        using var world = new SimulatedWorld(SimulatedWorld.Gone, SimulatedWorld.Here);
        world.Answer = request => request is DescribeCluster describe ? FakeAnswers.Describe(describe.Topics ?? [])
            : Asked(world) < 3 ? new RequestRefused(SessionError.NotCoordinator, "ask another one")
            : new GroupOffsetsFetched(SessionError.None, []);

        var request = Offsets(world, "g");
        world.Pass(TimeSpan.FromSeconds(1));
        await world.Outcome(request);

        Assert.Equal(3, Asked(world));
        Assert.Contains(world.Got, got => got.Request is DescribeCluster);
    }

    [Fact]
    public async Task The_node_that_coordinates_a_group_is_asked_first_from_then_on_and_also_while_it_reads_the_group()
    {
        using var world = new SimulatedWorld(SimulatedWorld.Gone, SimulatedWorld.Here);
        world.Answer = _ => world.Got.Count == 1 ? new GroupReply(SessionError.CoordinatorLoading) : new GroupReply(SessionError.None);
        var request = world.Cluster.AskAnyAsync<GroupReply>(new ForgetGroup("g"), Timeout, default);
        world.Pass(TimeSpan.FromMilliseconds(60));
        await world.Outcome(request);
        Assert.Equal([0, 50], world.Got.Select(got => (int)got.At.TotalMilliseconds));

        world.Cluster.Contacts.Remember(SimulatedWorld.Gone);
        Assert.Equal([SimulatedWorld.Here, SimulatedWorld.Gone], world.Cluster.Contacts.InOrder(world.Cluster.View, "g").ToArray());
        Assert.Equal([SimulatedWorld.Gone, SimulatedWorld.Here], world.Cluster.Contacts.InOrder(world.Cluster.View, "other").ToArray());
    }

    private static int Asked(SimulatedWorld world) => world.Got.Count(got => got.Request is FetchGroupOffsets);

    private static Task<GroupOffsetsFetched> Offsets(SimulatedWorld world, string group) =>
        world.Cluster.AskAnyAsync<GroupOffsetsFetched>(new FetchGroupOffsets(group, null), Timeout, default);

    private static Task<GroupsFound> Groups(SimulatedWorld world) => world.Cluster.AskAnyAsync<GroupsFound>(FindGroups.Instance, Timeout, default);
}
