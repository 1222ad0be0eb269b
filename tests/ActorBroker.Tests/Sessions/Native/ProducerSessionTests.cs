using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Native;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Sessions.Native;

public sealed class ProducerSessionTests : SessionKit
{
    private static readonly byte[] Batch = KafkaRequests.Batch("value");

    [Fact]
    public void A_batch_goes_to_its_partition_and_the_answer_to_the_client()
    {
        var partition = Topic("t");
        var session = Producer(Node());
        session.Tell(Store(7), Client);
        var append = partition.ExpectMsg<Append>();
        Assert.Equal(Acks.All, append.Acks);
        Assert.Equal(Batch, append.Batch.Bytes.ToArray());
        partition.Reply(new Appended(append.Id, new Offset(42), 5, new Offset(3)));
        Client.ExpectMsg(new BatchStored(7, new Offset(42), 5, new Offset(3)));
    }

    [Fact]
    public void Offsets_that_are_stamped_into_a_batch_are_not_seen_by_its_producer()
    {
        var partition = Topic("t");
        var batch = Batch.ToArray();
        Producer(Node()).Tell(new StoreBatch(1, new TopicPartition("t", 0), 1, batch), Client);
        BatchView.Stamp(partition.ExpectMsg<Append>().Batch.Bytes.Span, new Offset(99), new LeaderEpoch(3));
        Assert.Equal(Batch, batch);
    }

    [Theory]
    [InlineData("missing", 0, SessionError.UnknownTopicOrPartition)]
    [InlineData("here", 1, SessionError.UnknownTopicOrPartition)]
    [InlineData("here", -1, SessionError.UnknownTopicOrPartition)]
    [InlineData("fenced", 0, SessionError.StorageFailed)]
    [InlineData("elsewhere", 0, SessionError.NotLeader)]
    [InlineData("starting", 0, SessionError.LeaderNotAvailable)]
    [InlineData("__consumer_offsets", 0, SessionError.InvalidTopicName)]
    public void A_batch_for_a_partition_that_cannot_take_it_is_refused_with_the_reason(string topic, int number, SessionError error)
    {
        Topic("here");
        Topic("fenced");
        Fence("fenced");
        Topic("elsewhere");
        Unroute("elsewhere");
        Topic("starting");
        Unlead("starting");
        Producer(Node()).Tell(new StoreBatch(1, new TopicPartition(topic, number), -1, Batch), Client);
        Assert.Equal((1, error), Refused());
    }

    [Fact]
    public void A_batch_that_is_not_one_is_refused()
    {
        var partition = Topic("t");
        var session = Producer(Node());
        var damaged = Batch.ToArray();
        damaged[^1] ^= 1;
        byte[][] wrong = [[], [1, 2, 3], damaged, [.. Batch, .. Batch], Batch[..^1]];
        foreach (var batch in wrong)
        {
            session.Tell(new StoreBatch(1, new TopicPartition("t", 0), -1, batch), Client);
            Assert.Equal((1, SessionError.InvalidBatch), Refused());
        }

        session.Tell(new StoreBatch(2, new TopicPartition("t", 0), 2, Batch), Client);
        Assert.Equal((2, SessionError.InvalidRequest), Refused());
        session.Tell(new StoreBatch(3, new TopicPartition("t", 0), -1, new BatchWriter { IsTransactional = true, ProducerId = 1, ProducerEpoch = 0, BaseSequence = 0 }.With("x")), Client);
        Assert.Equal((3, SessionError.InvalidBatch), Refused());
        session.Tell(new StoreBatch(4, new TopicPartition("t", 0), -1, KafkaRequests.Batch(new string('x', 2_000_000))), Client);
        Assert.Equal((4, SessionError.BatchTooLarge), Refused());
        ExpectNothing(partition);
    }

    [Theory]
    [InlineData(AppendError.NotLeader, SessionError.NotLeader)]
    [InlineData(AppendError.TooFewInSync, SessionError.TooFewInSync)]
    [InlineData(AppendError.TooLargeForSegment, SessionError.BatchTooLarge)]
    [InlineData(AppendError.OutOfOrderSequence, SessionError.OutOfOrderSequence)]
    [InlineData(AppendError.InvalidProducerEpoch, SessionError.InvalidProducerEpoch)]
    [InlineData(AppendError.Overloaded, SessionError.Overloaded)]
    [InlineData(AppendError.TimedOut, SessionError.TimedOut)]
    [InlineData(AppendError.DiskFailed, SessionError.StorageFailed)]
    public void What_the_partition_refuses_the_client_hears(AppendError inner, SessionError outer)
    {
        var partition = Topic("t");
        Producer(Node()).Tell(Store(1), Client);
        partition.Reply(new AppendRefused(partition.ExpectMsg<Append>().Id, inner, Offset.Zero));
        Assert.Equal((1, outer), Refused());
    }

    [Fact]
    public void More_batches_than_the_credit_close_the_session()
    {
        var partition = Topic("t");
        var session = Producer(Node("broker.sessions.producer-credit-batches=2"));
        session.Tell(Store(1), Client);
        session.Tell(Store(2), Client);
        partition.Reply(new Appended(partition.ExpectMsg<Append>().Id, Offset.Zero, -1, Offset.Zero));
        Client.ExpectMsg<BatchStored>();
        session.Tell(Store(3), Client);
        ExpectNothing(Client);
        session.Tell(Store(4), Client);
        Assert.Equal(SessionError.CreditExceeded, Client.ExpectMsg<CloseSession>().Reason);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void More_bytes_than_the_credit_close_the_session_but_one_larger_batch_may_go_alone()
    {
        var partition = Topic("t");
        var session = Producer(Node("broker.sessions.producer-credit-bytes=1k"));
        var large = KafkaRequests.Batch(new string('x', 5000));
        session.Tell(new StoreBatch(1, new TopicPartition("t", 0), -1, large), Client);
        partition.Reply(new Appended(partition.ExpectMsg<Append>().Id, Offset.Zero, -1, Offset.Zero));
        Client.ExpectMsg<BatchStored>();

        session.Tell(Store(2), Client);
        session.Tell(new StoreBatch(3, new TopicPartition("t", 0), -1, large), Client);
        Assert.Equal(SessionError.CreditExceeded, Client.ExpectMsg<CloseSession>().Reason);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void A_refused_batch_gives_its_credit_back()
    {
        var session = Producer(Node("broker.sessions.producer-credit-batches=1"));
        for (var number = 0; number < 5; number++)
        {
            session.Tell(Store(number), Client);
            Assert.Equal((number, SessionError.UnknownTopicOrPartition), Refused());
        }
    }

    [Fact]
    public void A_batch_that_its_partition_does_not_answer_is_given_up_in_time_and_a_late_answer_does_no_harm()
    {
        var partition = Topic("t");
        var session = Producer(Node("broker.sessions.request-timeout=10s", "broker.sessions.producer-credit-batches=2"));
        session.Tell(Store(1), Client);
        Clock.Advance(TimeSpan.FromSeconds(5));
        session.Tell(Store(2), Client);
        Clock.Advance(TimeSpan.FromSeconds(4.9));
        ExpectNothing(Client);
        Clock.Advance(TimeSpan.FromSeconds(1.1));
        Assert.Equal((1, SessionError.TimedOut), Refused());
        partition.Reply(new Appended(partition.ExpectMsg<Append>().Id, Offset.Zero, -1, Offset.Zero));
        ExpectNothing(Client);
        session.Tell(Store(3), Client);
        Clock.Advance(TimeSpan.FromSeconds(5));
        Assert.Equal((2, SessionError.TimedOut), Refused());
        Clock.Advance(TimeSpan.FromSeconds(6));
        Assert.Equal((3, SessionError.TimedOut), Refused());
        Clock.Advance(TimeSpan.FromMinutes(10));
        ExpectNothing(Client);
    }

    [Fact]
    public void What_was_sent_before_a_close_is_still_answered()
    {
        var partition = Topic("t");
        var session = Producer(Node());
        session.Tell(Store(1), Client);
        session.Tell(new CloseSession(SessionError.None, ""), Client);
        session.Tell(Store(2), Client);
        Assert.Equal((2, SessionError.InvalidRequest), Refused());
        partition.Reply(new Appended(partition.ExpectMsg<Append>().Id, Offset.Zero, -1, Offset.Zero));
        Assert.Equal(1, Client.ExpectMsg<BatchStored>().Number);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void A_closed_session_does_not_wait_for_a_silent_partition_for_ever()
    {
        Topic("t");
        var session = Producer(Node());
        session.Tell(Store(1), Client);
        session.Tell(new CloseSession(SessionError.None, ""), Client);
        Clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((1, SessionError.TimedOut), Refused());
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void The_session_ends_with_its_client()
    {
        var session = Producer(Node());
        var watcher = CreateTestProbe();
        watcher.Watch(session);
        Sys.Stop(Client);
        watcher.ExpectTerminated(session);
    }

    [Fact]
    public void The_client_hears_when_the_node_stops_and_what_it_sent_before_is_still_answered()
    {
        var partition = Topic("t");
        var session = Producer(Node());
        session.Tell(Store(1), Client);
        session.Tell(NodeStopping.Instance);
        Assert.Equal(SessionError.ShuttingDown, Client.ExpectMsg<CloseSession>().Reason);
        session.Tell(Store(2), Client);
        Assert.Equal((2, SessionError.ShuttingDown), Refused());
        partition.Reply(new Appended(partition.ExpectMsg<Append>().Id, Offset.Zero, -1, Offset.Zero));
        Assert.Equal(1, Client.ExpectMsg<BatchStored>().Number);
        Client.ExpectTerminated(session);
    }

    [Fact]
    public void A_controller_that_gives_no_producer_id_refuses_the_session()
    {
        var node = Node();
        var open = new OpenProducer(1, "test", true, -1, -1);
        var silent = Start(Props.Create(() => new ProducerSessionActor(node, Client.Ref, open)));
        var asked = Controller.ExpectMsg<ReserveProducerId>();
        Clock.Advance(node.Sessions.RequestTimeout);
        Assert.Equal(SessionError.TimedOut, Client.ExpectMsg<RequestRefused>().Error);
        Client.ExpectTerminated(silent);

        var refused = Start(Props.Create(() => new ProducerSessionActor(node, Client.Ref, open)));
        Controller.ExpectMsg<ReserveProducerId>();
        Controller.Reply(new ControllerRefused(asked.Id, ControllerError.StorageFailed, "disk"));
        Client.ExpectMsg(new RequestRefused(SessionError.StorageFailed, "disk"));
        Client.ExpectTerminated(refused);
    }

    private static StoreBatch Store(long number) => new(number, new TopicPartition("t", 0), -1, Batch);

    private (long Number, SessionError Error) Refused()
    {
        var refused = Client.ExpectMsg<BatchRefused>();
        Assert.NotEqual("", refused.Message);
        return (refused.Number, refused.Error);
    }
}
