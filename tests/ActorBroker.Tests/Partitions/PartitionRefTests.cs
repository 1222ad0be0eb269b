using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Tests.Partitions;

public sealed class PartitionRefTests : TestKit
{
    private static readonly TopicPartition Name = new("t", 0);
    private static readonly SleepingLog Left = SleepingLog.New(new LeaderEpoch(3));
    private readonly TestProbe _owner;
    private readonly TestProbe _partition;
    private readonly PartitionRef _route;

    public PartitionRefTests()
    {
        _owner = CreateTestProbe();
        _partition = CreateTestProbe();
        _route = new PartitionRef(Name, _owner, 1, waitingMax: 3);
    }

    [Fact]
    public void What_waits_goes_before_what_comes_later_with_its_sender()
    {
        _route.Tell("one", TestActor);
        _route.Tell("two", TestActor);
        _route.Open(_partition);
        _route.Tell("three", TestActor);

        foreach (var expected in (string[])["one", "two", "three"])
        {
            _partition.ExpectMsg(expected);
            Assert.Equal(TestActor, _partition.LastSender);
        }

        _owner.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Asleep_its_owner_is_told_once_that_somebody_waits()
    {
        Assert.True(_route.TryFallAsleep(Left));
        _route.Tell("one", TestActor);
        _route.Tell("two", TestActor);

        Assert.Same(_route, _owner.ExpectMsg<WakePartition>().Route);
        _owner.ExpectNoMsg(TimeSpan.Zero);
    }

    [Fact]
    public void Who_waits_already_keeps_it_from_falling_asleep()
    {
        _route.Open(_partition);
        Assert.True(_route.TryClose());
        _route.Tell("one", TestActor);

        Assert.False(_route.TryFallAsleep(Left));
        _route.Open(_partition);
        _partition.ExpectMsg("one");
    }

    [Fact]
    public void More_than_may_wait_is_refused_and_the_rest_is_kept()
    {
        for (var i = 0; i < 5; i++)
        {
            _route.Tell(new Fetch(new RequestId(i, 0), Offset.Zero, 1, 0, LeaderEpoch.None), TestActor);
        }

        Assert.Equal((3, FetchError.Overloaded), Told(ExpectMsg<FetchRefused>()));
        Assert.Equal((4, FetchError.Overloaded), Told(ExpectMsg<FetchRefused>()));
        _route.Open(_partition);
        for (var i = 0; i < 3; i++)
        {
            Assert.Equal(i, _partition.ExpectMsg<Fetch>().Id.Call);
        }
    }

    [Fact]
    public void At_its_end_all_who_wait_and_all_who_come_are_refused_and_who_watches_is_told()
    {
        Watch(_route);
        _route.Tell(new Append(new RequestId(1, 0), BatchLease.CopyOf([1]), Acks.All), TestActor);
        _route.End();
        _route.Tell(new FindOffset(new RequestId(2, 0), OffsetQuestion.Latest, 0, LeaderEpoch.None), TestActor);

        Assert.Equal(AppendError.NotLeader, ExpectMsg<AppendRefused>().Error);
        ExpectTerminated(_route);
        Assert.Equal((2, FetchError.NotLeader), Told(ExpectMsg<FetchRefused>()));
        Watch(_route);
        ExpectTerminated(_route);
    }

    [Fact]
    public void Passing_a_message_on_allocates_nothing()
    {
        var sink = new Sink(_partition);
        _route.Open(sink);
        _route.Tell(sink, TestActor);
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 1000; i++)
        {
            _route.Tell(sink, TestActor);
        }

        Assert.Equal(before, GC.GetAllocatedBytesForCurrentThread());
        Assert.Equal(1001, sink.Count);
    }

    [Fact]
    public void Two_routes_to_one_partition_are_not_the_same()
    {
        Assert.NotEqual<IActorRef>(_route, new PartitionRef(Name, _owner, 2, 3));
        Assert.Equal<IActorRef>(_route, new PartitionRef(Name, _owner, 1, 3));
    }

    [Fact]
    public async Task Senders_keep_their_order_while_it_is_closed_and_opened_under_them()
    {
        const int Senders = 4;
        const int Messages = 20_000;
        var route = new PartitionRef(Name, _owner, 1, int.MaxValue);
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        var target = Sys.ActorOf(Props.Create(() => new Counter(Senders, Messages, received)));
        var senders = Enumerable.Range(0, Senders).Select(sender => Task.Factory.StartNew(
            () =>
            {
                for (var i = 0; i < Messages; i++)
                {
                    route.Tell((sender, i), ActorRefs.NoSender);
                }
            },
            TaskCreationOptions.LongRunning)).ToArray();

        while (!received.Task.IsCompleted)
        {
            route.Open(target);
            if (route.TryClose())
            {
                // All that came before is in the mailbox: this is behind it.
                await target.Ask<ActorIdentity>(new Identify(0), TimeSpan.FromSeconds(30));
            }
        }

        await Task.WhenAll(senders);
        Assert.Equal("", await received.Task);
    }

    private static (int Call, FetchError Error) Told(FetchRefused refused) => ((int)refused.Id.Call, refused.Error);

    private sealed class Sink(IActorRef other) : MinimalActorRef
    {
        public int Count { get; private set; }

        public override ActorPath Path => other.Path;

        public override IActorRefProvider Provider => ((IInternalActorRef)other).Provider;

        protected override void TellInternal(object message, IActorRef sender) => Count++;
    }

    private sealed class Counter : ReceiveActor
    {
        public Counter(int senders, int messages, TaskCompletionSource<string> received)
        {
            var next = new int[senders];
            var left = senders * messages;
            Receive<(int Sender, int Number)>(message =>
            {
                if (next[message.Sender]++ != message.Number)
                {
                    received.TrySetResult($"{message} when {next[message.Sender] - 1} was to come");
                }
                else if (--left == 0)
                {
                    received.TrySetResult("");
                }
            });
        }
    }
}
