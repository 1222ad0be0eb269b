using ActorBroker.Client.Tests.Support;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Embedded;

public sealed class ClusterRefreshTests : IDisposable
{
    private readonly SimulatedWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_refresh_publishes_what_the_contact_point_says()
    {
        var view = await _world.Outcome(Refresh("orders"));

        Assert.Same(view, _world.Cluster.View);
        Assert.Equal("cluster", view.ClusterId);
        Assert.Equal(new NodeId(0), view.LeaderOf(new TopicPartition("orders", 0)));
        Assert.Equal(new LeaderEpoch(0), view.EpochOf(new TopicPartition("orders", 0)));
        Assert.Equal(NodeId.None, view.LeaderOf(new TopicPartition("orders", 1)));
        Assert.Equal(LeaderEpoch.None, view.EpochOf(new TopicPartition("other", 0)));
        Assert.Equal("/user/broker/sessions", _world.Cluster.SessionsOf(new NodeId(0)).PathString);
    }

    [Fact]
    public async Task A_hundred_refreshes_at_a_time_are_two_questions()
    {
        var refreshes = Enumerable.Range(0, 100).Select(i => Refresh("topic-" + i)).ToArray();
        _world.Pass(TimeSpan.FromSeconds(1));
        var views = await _world.Outcome(Task.WhenAll(refreshes));

        Assert.Equal(2, _world.Got.Count);
        Assert.Equal(99, ((DescribeCluster)_world.Got[1].Request).Topics!.Value.Length);
        Assert.Equal(100, views[^1].Topics.Count);
    }

    [Fact]
    public async Task What_the_view_has_is_not_asked_again_until_somebody_finds_it_wanting()
    {
        var view = await _world.Outcome(Refresh("orders"));
        var same = await _world.Outcome(_world.Cluster.RefreshAsync(["orders"], false, view.Number - 1, default));
        Assert.Same(view, same);
        Assert.Single(_world.Got);

        var newer = _world.Cluster.RefreshAsync(["orders"], false, view.Number, default);
        _world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(view.Number + 1, (await _world.Outcome(newer)).Number);
        Assert.Equal(2, _world.Got.Count);
    }

    [Fact]
    public async Task Refreshes_in_succession_come_slower_and_slower_and_at_once_after_a_quiet_time()
    {
        var begun = _world.Now;
        var first = _world.Got.Count;
        var refresh = Task.CompletedTask;
        for (var asked = -1L; _world.Now - begun < TimeSpan.FromSeconds(10); _world.Pass(TimeSpan.FromMilliseconds(10)))
        {
            if (_world.Cluster.View.Number > asked)
            {
                asked = _world.Cluster.View.Number;
                refresh = _world.Cluster.RefreshAsync(["orders"], false, asked, default);
            }
        }

        Assert.InRange(_world.Got.Count - first, 5, 20);
        _world.Pass(TimeSpan.FromSeconds(5));
        await refresh;
        var quiet = _world.Now;
        await _world.Outcome(_world.Cluster.RefreshAsync(["orders"], false, _world.Cluster.View.Number, default));
        Assert.Equal(quiet, _world.Got[^1].At);
    }

    [Fact]
    public async Task Topics_are_created_only_for_those_who_want_that()
    {
        var plain = Refresh("plain");
        var created = _world.Cluster.RefreshAsync(["created"], createMissing: true, -1, default);
        _world.Pass(TimeSpan.FromSeconds(1));
        await _world.Outcome(Task.WhenAll(plain, created));

        var creating = Assert.Single(_world.Got, got => ((DescribeCluster)got.Request).CreateMissing);
        Assert.Equal(["created"], ((DescribeCluster)creating.Request).Topics!.Value.ToArray());
    }

    [Fact]
    public async Task A_topic_that_is_missing_is_in_the_view_with_its_error_and_asked_again_to_create_it()
    {
        _world.Answer = request => FakeAnswers.Describe() with
        {
            Topics = [FakeAnswers.Topic("new", error: ((DescribeCluster)request).CreateMissing ? SessionError.None : SessionError.UnknownTopicOrPartition)],
        };
        var without = await _world.Outcome(Refresh("new"));
        Assert.Equal(SessionError.UnknownTopicOrPartition, without.Topics["new"].Error);

        var creating = _world.Cluster.RefreshAsync(["new"], createMissing: true, -1, default);
        _world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(SessionError.None, (await _world.Outcome(creating)).Topics["new"].Error);
    }

    [Fact]
    public async Task The_view_of_all_topics_forgets_those_that_are_gone()
    {
        await _world.Outcome(Refresh("old"));
        _world.Answer = _ => FakeAnswers.Describe("new");

        var all = _world.Cluster.RefreshAsync(null, false, -1, default);
        _world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(["new"], (await _world.Outcome(all)).Topics.Keys);
        Assert.Null(((DescribeCluster)_world.Got[^1].Request).Topics);
    }

    [Fact]
    public async Task An_old_view_is_renewed_without_anybody_asking()
    {
        var view = await _world.Outcome(Refresh("orders"));

        _world.Pass(_world.Settings.MetadataMaxAge + TimeSpan.FromSeconds(1));

        Assert.True(_world.Cluster.View.Number > view.Number);
        Assert.Equal(["orders"], ((DescribeCluster)_world.Got[^1].Request).Topics!.Value.ToArray());
    }

    [Fact]
    public async Task A_topic_that_does_not_exist_is_forgotten_in_time()
    {
        _world.Answer = request => FakeAnswers.Describe() with { Topics = [.. ((DescribeCluster)request).Topics!.Value.Select(name => FakeAnswers.Topic(name, error: SessionError.UnknownTopicOrPartition))] };
        await _world.Outcome(Refresh("typo"));

        _world.Pass(_world.Settings.MetadataMaxAge + TimeSpan.FromSeconds(1));

        Assert.Empty(_world.Cluster.View.Topics);
        Assert.Empty(((DescribeCluster)_world.Got[^1].Request).Topics!.Value);
    }

    [Fact]
    public async Task News_of_one_topic_are_no_news_of_another()
    {
        var view = await _world.Outcome(_world.Cluster.RefreshAsync(["a", "b"], false, -1, default));
        var a = _world.Cluster.RefreshAsync(["a"], false, view.Number, default);
        _world.Pass(TimeSpan.FromSeconds(1));
        await _world.Outcome(a);

        var b = _world.Cluster.RefreshAsync(["b"], false, view.Number, default);
        _world.Pass(TimeSpan.FromSeconds(1));
        await _world.Outcome(b);

        Assert.Equal(["a,b", "a", "b"], _world.Got.Select(got => string.Join(',', ((DescribeCluster)got.Request).Topics!.Value)));
    }

    [Fact]
    public async Task A_leader_of_an_older_epoch_does_not_replace_a_newer_one()
    {
        _world.Answer = _ => FakeAnswers.Describe() with { Topics = [FakeAnswers.Topic("orders", epoch: 7, leader: 2)] };
        var view = await _world.Outcome(Refresh("orders"));
        _world.Answer = _ => FakeAnswers.Describe() with { Topics = [FakeAnswers.Topic("orders", epoch: 6, leader: 1)] };

        var next = _world.Cluster.RefreshAsync(["orders"], false, view.Number, default);
        _world.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal(new NodeId(2), (await _world.Outcome(next)).LeaderOf(new TopicPartition("orders", 0)));
    }

    [Fact]
    public async Task A_refresh_that_nobody_answers_says_so_and_the_next_one_works()
    {
        _world.StopNode();
        var lost = Refresh("orders");
        _world.Pass(_world.Settings.RequestTimeout);
        var error = await Assert.ThrowsAsync<BrokerUnavailableException>(() => _world.Outcome(lost));
        Assert.Contains(SimulatedWorld.Here, error.Message, StringComparison.Ordinal);

        _world.StartNode();
        var found = Refresh("orders");
        _world.Pass(TimeSpan.FromSeconds(2));

        Assert.True((await _world.Outcome(found)).Topics.ContainsKey("orders"));
    }

    [Fact]
    public async Task A_refresh_that_is_cancelled_leaves_the_others_alone()
    {
        _world.Answer = _ => null;
        using var cancellation = new CancellationTokenSource();
        var cancelled = _world.Cluster.RefreshAsync(["a"], false, -1, cancellation.Token);
        var kept = Refresh("b");
        _world.Run();

        await cancellation.CancelAsync();
        _world.Answer = request => FakeAnswers.Describe(((DescribeCluster)request).Topics!.Value);
        _world.Pass(TimeSpan.FromSeconds(20));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _world.Outcome(cancelled));
        Assert.True((await _world.Outcome(kept)).Topics.ContainsKey("b"));
    }

    private Task<Cluster.ClusterView> Refresh(string topic) => _world.Cluster.RefreshAsync([topic], createMissing: false, -1, default);
}
