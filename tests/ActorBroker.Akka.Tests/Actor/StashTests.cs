using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class StashTests : ActorSystemTests
{
    [Fact]
    public void Unstashed_messages_come_in_their_order_and_before_the_others()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim();
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref, gate)));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("open");   // handled only when all have been sent
        actor.Tell(3);
        gate.Set();

        probe.ExpectAll(1, 2, 3);
    }

    [Fact]
    public void Unstash_brings_back_one()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim(initialState: true);
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref, gate)));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell("open one");

        probe.Expect(1);
        probe.Sync();
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_full_stash_fails_the_actor()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim(initialState: true);
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref, gate)).WithStashCapacity(2)
            .WithSupervisorStrategy(SupervisorStrategy.DefaultStrategy));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(3);

        // Restarted: what was in the stash is back in the mailbox, the message that did not fit is lost.
        Assert.IsType<StashOverflowException>(probe.Expect<Exception>());
    }

    [Fact]
    public void A_message_cannot_be_stashed_twice()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new TwiceStashing(probe.Ref)));
        actor.Tell("message");

        probe.Expect<IllegalActorStateException>();
    }

    [Fact]
    public void A_restart_puts_the_stash_back_into_the_mailbox()
    {
        var probe = NewProbe();
        using var gate = new ManualResetEventSlim(initialState: true);
        var actor = System.ActorOf(Props.Create(() => new Stashing(probe.Ref, gate)));
        actor.Tell(1);
        actor.Tell(2);
        actor.Tell(new InvalidOperationException("restart"));
        Assert.IsType<InvalidOperationException>(probe.Expect<Exception>());
        actor.Tell("open");

        probe.ExpectAll(1, 2);
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        private readonly IActorRef _report;

        public Stashing(IActorRef report, ManualResetEventSlim gate)
        {
            _report = report;
            Receive<int>(_ => Stash.Stash());
            Receive<Exception>(failure => throw failure);
            Receive<string>(text =>
            {
                gate.Wait();
                Become(Open);
                if (text == "open")
                {
                    Stash.UnstashAll();
                }
                else
                {
                    Stash.Unstash();
                }
            });
        }

        public IStash Stash { get; set; } = null!;

        protected override void PreRestart(Exception reason, object message)
        {
            _report.Tell(reason);
            base.PreRestart(reason, message);
        }

        private void Open() => Receive<int>(number => _report.Tell(number));
    }

    private sealed class TwiceStashing : ReceiveActor, IWithStash
    {
        public TwiceStashing(IActorRef report) => ReceiveAny(_ =>
        {
            Stash.Stash();
            report.Tell(Record.Exception(Stash.Stash));
        });

        public IStash Stash { get; set; } = null!;
    }
}
