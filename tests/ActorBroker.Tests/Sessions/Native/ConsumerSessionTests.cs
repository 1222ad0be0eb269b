using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Native;
using ActorBroker.Tests.Support;
using Akka.Actor;
using Akka.TestKit;

namespace ActorBroker.Tests.Sessions.Native;

public sealed class ConsumerSessionTests : SessionKit
{
    private static readonly byte[] Batch = KafkaRequests.Batch("value");

    [Fact]
    public void A_stream_fetches_sends_and_fetches_on_where_it_stopped()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5, credit: 1000), Client);
        var first = partition.ExpectMsg<Fetch>();
        Assert.Equal((new Offset(10), 1000, 1, new LeaderEpoch(3)), (first.From, first.BytesMax, first.BytesMin, first.CurrentEpoch));
        var lease = Answer(partition, first, next: 12);

        var read = Client.ExpectMsg<BatchesRead>();
        Assert.Equal((5, new Offset(50), new Offset(2)), (read.Stream, read.HighWatermark, read.LogStart));
        Assert.Equal(Batch, read.Batches.ToArray());
        Assert.Throws<ObjectDisposedException>(() => lease.Bytes);
        var second = partition.ExpectMsg<Fetch>();
        Assert.Equal((new Offset(12), 1000 - Batch.Length), (second.From, second.BytesMax));
        Assert.NotEqual(first.Id, second.Id);
    }

    [Fact]
    public void A_stream_stops_at_its_credit_and_goes_on_when_more_is_granted()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5, credit: 1), Client);
        Answer(partition, partition.ExpectMsg<Fetch>(), next: 11);
        Client.ExpectMsg<BatchesRead>();
        ExpectNothing(partition);
        session.Tell(new GrantCredit(5, Batch.Length - 1), Client);
        ExpectNothing(partition);
        session.Tell(new GrantCredit(5, 100), Client);
        Assert.Equal((new Offset(11), 100), Limits(partition.ExpectMsg<Fetch>()));
        session.Tell(new GrantCredit(5, 100), Client);
        ExpectNothing(partition);
    }

    [Fact]
    public void A_fetch_asks_for_no_more_than_the_node_allows()
    {
        var partition = Topic("t");
        Consumer(Node("broker.sessions.fetch-bytes-max=2k")).Tell(Open(5, credit: 100_000), Client);
        Assert.Equal(2048, partition.ExpectMsg<Fetch>().BytesMax);
    }

    [Fact]
    public void A_parked_fetch_may_wait_for_ever()
    {
        var partition = Topic("t");
        Consumer(Node()).Tell(Open(5), Client);
        var fetch = partition.ExpectMsg<Fetch>();
        partition.Reply(new FetchParked(fetch.Id, 0));
        Clock.Advance(TimeSpan.FromHours(3));
        ExpectNothing(Client);
        Answer(partition, fetch, next: 11);
        Client.ExpectMsg<BatchesRead>();
    }

    [Fact]
    public void A_fetch_that_is_neither_answered_nor_parked_ends_its_stream_in_time()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5), Client);
        var fetch = partition.ExpectMsg<Fetch>();
        Clock.Advance(TimeSpan.FromSeconds(29));
        ExpectNothing(Client);
        Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal((5, SessionError.NotLeader), Ended());
        Assert.Equal(fetch.Id, partition.ExpectMsg<AbandonFetch>().Id);
        Answer(partition, fetch, next: 11);
        ExpectNothing(Client);
    }

    [Theory]
    [InlineData(FetchError.NotLeader, SessionError.NotLeader)]
    [InlineData(FetchError.OffsetOutOfRange, SessionError.OffsetOutOfRange)]
    [InlineData(FetchError.FencedLeaderEpoch, SessionError.FencedLeaderEpoch)]
    [InlineData(FetchError.UnknownLeaderEpoch, SessionError.UnknownLeaderEpoch)]
    [InlineData(FetchError.DiskFailed, SessionError.StorageFailed)]
    public void What_the_partition_refuses_ends_the_stream(FetchError inner, SessionError outer)
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5), Client);
        partition.Reply(new FetchRefused(partition.ExpectMsg<Fetch>().Id, inner, new Offset(9), new Offset(4)));
        var ended = Client.ExpectMsg<StreamEnded>();
        Assert.Equal((5, outer, new Offset(9), new Offset(4)), (ended.Stream, ended.Error, ended.HighWatermark, ended.LogStart));
        Assert.Contains("t-0", ended.Message, StringComparison.Ordinal);
        session.Tell(new GrantCredit(5, 1), Client);
        session.Tell(new CloseStream(5), Client);
        ExpectNothing(partition);
        session.Tell(Open(5), Client);
        partition.ExpectMsg<Fetch>();
    }

    [Fact]
    public void An_overloaded_partition_is_asked_again_after_a_pause()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5, credit: 10), Client);
        partition.Reply(new FetchRefused(partition.ExpectMsg<Fetch>().Id, FetchError.Overloaded, Offset.None, Offset.None));
        session.Tell(new GrantCredit(5, 10), Client);
        ExpectNothing(partition);
        Clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal((new Offset(10), 20), Limits(partition.ExpectMsg<Fetch>()));
        ExpectNothing(Client);
    }

    [Fact]
    public void A_partition_that_dies_ends_its_streams_and_no_others()
    {
        var partition = Topic("t");
        var other = Topic("other");
        var session = Consumer(Node());
        session.Tell(Open(1, credit: 0), Client);
        session.Tell(Open(2), Client);
        session.Tell(Open(3, topic: "other"), Client);
        Sys.Stop(partition);
        (int, SessionError)[] ended = [Ended(), Ended()];
        Assert.Equal([(1, SessionError.NotLeader), (2, SessionError.NotLeader)], ended.Order());
        Answer(other, other.ExpectMsg<Fetch>(), next: 11);
        Client.ExpectMsg<BatchesRead>();
    }

    [Fact]
    public void A_deleted_topic_ends_its_streams_as_unknown()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(1), Client);
        session.Tell(Open(2, credit: 0), Client);
        var fetch = partition.ExpectMsg<Fetch>();
        Delete("t");
        Topic("t");
        partition.Reply(new FetchRefused(fetch.Id, FetchError.NotLeader, Offset.None, Offset.None));
        Assert.Equal((1, SessionError.UnknownTopicOrPartition), Ended());
        Sys.Stop(partition);
        Assert.Equal((2, SessionError.UnknownTopicOrPartition), Ended());
    }

    [Fact]
    public void A_partition_that_is_fenced_while_it_is_read_is_told_as_such()
    {
        var partition = Topic("t");
        Consumer(Node()).Tell(Open(1), Client);
        Fence("t");
        Sys.Stop(partition);
        Assert.Equal((1, SessionError.StorageFailed), Ended());
    }

    [Theory]
    [InlineData("missing", SessionError.UnknownTopicOrPartition)]
    [InlineData("fenced", SessionError.StorageFailed)]
    [InlineData("elsewhere", SessionError.NotLeader)]
    [InlineData("starting", SessionError.LeaderNotAvailable)]
    public void A_stream_of_a_partition_that_is_not_served_ends_at_once(string topic, SessionError error)
    {
        Topic("fenced");
        Fence("fenced");
        Topic("elsewhere");
        Unroute("elsewhere");
        Topic("starting");
        Unlead("starting");
        Consumer(Node()).Tell(Open(9, topic: topic), Client);
        Assert.Equal((9, error), Ended());
    }

    [Fact]
    public void A_closed_stream_takes_its_fetch_back_and_sends_no_more()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(5), Client);
        var fetch = partition.ExpectMsg<Fetch>();
        partition.Reply(new FetchParked(fetch.Id, 0));
        session.Tell(new CloseStream(5), Client);
        Assert.Equal(fetch.Id, partition.ExpectMsg<AbandonFetch>().Id);
        var lease = Answer(partition, fetch, next: 11);
        Assert.Throws<ObjectDisposedException>(() => lease.Bytes);
        ExpectNothing(Client);
        Sys.Stop(partition);
        ExpectNothing(Client);
    }

    [Fact]
    public void A_session_that_ends_takes_all_its_fetches_back()
    {
        var partition = Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(1), Client);
        session.Tell(Open(2), Client);
        RequestId[] fetches = [partition.ExpectMsg<Fetch>().Id, partition.ExpectMsg<Fetch>().Id];
        session.Tell(new CloseSession(SessionError.None, ""), Client);
        Client.ExpectTerminated(session);
        RequestId[] taken = [partition.ExpectMsg<AbandonFetch>().Id, partition.ExpectMsg<AbandonFetch>().Id];
        Assert.Equal(fetches, taken.OrderBy(id => id.Call));
    }

    [Fact]
    public void One_stream_too_many_ends_at_once_and_the_session_goes_on()
    {
        var partition = Topic("t");
        var session = Consumer(Node("broker.sessions.streams-max=1"));
        session.Tell(Open(1), Client);
        session.Tell(Open(2), Client);
        Assert.Equal((2, SessionError.Overloaded), Ended());
        Answer(partition, partition.ExpectMsg<Fetch>(), next: 11);
        Client.ExpectMsg<BatchesRead>();
    }

    [Theory]
    [InlineData(5000, 0)]
    [InlineData(4000, 97)]
    [InlineData(-1, 0)]
    [InlineData(1, -1)]
    public void A_credit_out_of_bounds_closes_the_session(int first, int more)
    {
        Topic("t");
        var session = Consumer(Node("broker.sessions.consumer-credit-bytes-max=4k"));
        session.Tell(Open(1, credit: first), Client);
        session.Tell(new GrantCredit(1, more), Client);
        Assert.Equal(SessionError.CreditExceeded, Client.ExpectMsg<CloseSession>().Reason);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void A_stream_that_is_opened_twice_closes_the_session()
    {
        Topic("t");
        var session = Consumer(Node());
        session.Tell(Open(1), Client);
        session.Tell(Open(1), Client);
        Assert.Equal(SessionError.InvalidRequest, Client.ExpectMsg<CloseSession>().Reason);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void The_session_ends_with_its_client_and_the_client_hears_when_the_node_stops()
    {
        var node = Node();
        var stopping = Consumer(node);
        stopping.Tell(NodeStopping.Instance);
        Assert.Equal(SessionError.ShuttingDown, Client.ExpectMsg<CloseSession>().Reason);
        Client.ExpectTerminated(stopping);

        var watcher = CreateTestProbe();
        var session = watcher.Watch(Consumer(node));
        Sys.Stop(Client);
        watcher.ExpectTerminated(session);
    }

    private static OpenStream Open(int stream, string topic = "t", int credit = 1000) =>
        new(stream, new TopicPartition(topic, 0), new Offset(10), new LeaderEpoch(3), credit);

    private static (Offset From, int BytesMax) Limits(Fetch fetch) => (fetch.From, fetch.BytesMax);

    private static BatchLease Answer(TestProbe partition, Fetch fetch, long next)
    {
        var lease = BatchLease.CopyOf(Batch);
        partition.Reply(new Fetched(fetch.Id, lease, new Offset(next), new Offset(50), new Offset(2)));
        return lease;
    }

    private (int Stream, SessionError Error) Ended()
    {
        var ended = Client.ExpectMsg<StreamEnded>();
        Assert.NotEqual("", ended.Message);
        return (ended.Stream, ended.Error);
    }
}
