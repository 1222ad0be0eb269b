using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class MessageOrderTests : ActorSystemTests
{
    private const int Senders = 4;

    [Fact]
    public void Messages_of_one_sender_arrive_in_the_order_in_which_they_were_sent()
    {
        const int each = 50_000;
        var probe = NewProbe();
        var order = System.ActorOf(Props.Create(() => new OrderChecker(probe.Ref, Senders * each)));

        var threads = Enumerable.Range(0, Senders).Select(sender => Start(() =>
        {
            for (var i = 0; i < each; i++)
            {
                order.Tell(new Numbered(sender, i), ActorRefs.NoSender);
            }
        })).ToArray();

        probe.Expect("in order");
        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public void An_actor_handles_one_message_at_a_time()
    {
        const int each = 30_000;
        var probe = NewProbe();
        var counter = System.ActorOf(Props.Create(() => new UnguardedCounter(probe.Ref, Senders * each)));

        var threads = Enumerable.Range(0, Senders).Select(_ => Start(() =>
        {
            for (var i = 0; i < each; i++)
            {
                counter.Tell("count", ActorRefs.NoSender);
            }
        })).ToArray();

        probe.Expect(Senders * each);
        Array.ForEach(threads, thread => thread.Join());
    }

    [Fact]
    public async Task No_message_waits_for_the_next_one_to_wake_the_actor()
    {
        // One message in flight at any time: a lost wake-up would leave its Ask without an answer.
        var echo = System.ActorOf(Props.Create(() => new Echo()));

        await Task.WhenAll(Enumerable.Range(0, Senders).Select(async _ =>
        {
            for (var i = 0; i < 20_000; i++)
            {
                Assert.Equal(i, await echo.Ask<int>(i, TimeSpan.FromSeconds(20)).ConfigureAwait(false));
            }
        }));
    }

    [Fact]
    public void System_messages_go_before_user_messages()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        var busy = System.ActorOf(Props.Create(() => new Blocked(gate, probe.Ref)));
        probe.Watch(busy);
        probe.Sync();
        busy.Tell("block");
        probe.Expect("blocking");
        busy.Tell("never handled");
        busy.Tell("nor this");
        System.Stop(busy);
        // The guardian hands the wish to stop on by itself: wait until it has.
        System.ActorSelection("/user").Tell(new Identify("after the stop"), probe.Ref);
        probe.Expect<ActorIdentity>();

        gate.Set();

        Assert.Equal(busy, probe.Expect<Terminated>().ActorRef);
    }

    private static Thread Start(ThreadStart work)
    {
        var thread = new Thread(work) { IsBackground = true };
        thread.Start();
        return thread;
    }

    private sealed record Numbered(int Sender, int Number);

    private sealed class OrderChecker : ReceiveActor
    {
        private readonly int[] _next = new int[Senders];

        public OrderChecker(IActorRef report, int expected)
        {
            var seen = 0;
            Receive<Numbered>(message =>
            {
                if (_next[message.Sender]++ != message.Number)
                {
                    report.Tell($"{message} came out of order");
                }

                if (++seen == expected)
                {
                    report.Tell("in order");
                }
            });
        }
    }

    private sealed class UnguardedCounter(IActorRef report, int expected) : UntypedActor
    {
        private int _count;

        protected override void OnReceive(object message)
        {
            var before = _count;
            if (before % 1000 == 0)
            {
                Thread.Yield();   // invites another thread in
            }

            _count = before + 1;
            if (_count == expected)
            {
                report.Tell(_count);
            }
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Blocked(ManualResetEventSlim gate, IActorRef report) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            report.Tell(message is "block" ? "blocking" : message);
            gate.Wait();
        }
    }
}
