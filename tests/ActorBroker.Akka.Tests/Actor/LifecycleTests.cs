using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class LifecycleTests : ActorSystemTests
{
    [Fact]
    public void An_actor_starts_and_stops_in_order()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Reporter(probe.Ref)), "reporter");
        actor.Tell("hello");
        actor.Tell(PoisonPill.Instance);

        probe.ExpectAll("constructed", "PreStart", "hello", "PostStop");
    }

    [Fact]
    public void A_restart_makes_a_fresh_instance_and_keeps_the_mailbox()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Reporter(probe.Ref)));
        actor.Tell(new InvalidOperationException("crash"));
        actor.Tell("after");

        probe.ExpectAll("constructed", "PreStart", "PreRestart crash on crash", "PostStop", "constructed", "PostRestart crash", "PreStart", "after");
    }

    [Fact]
    public void A_restart_stops_the_children_before_the_new_instance_is_made()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Props.Create(() => new Parent(probe.Ref)));
        probe.ExpectAll("parent constructed", "child started");

        parent.Tell("crash");

        probe.ExpectAll("child stopped", "parent constructed", "child started");
    }

    [Fact]
    public void Stopping_stops_the_children_first()
    {
        var probe = NewProbe();
        var parent = System.ActorOf(Props.Create(() => new Parent(probe.Ref)));
        probe.ExpectAll("parent constructed", "child started");
        probe.Watch(parent);
        probe.Sync();

        parent.Tell(PoisonPill.Instance);

        probe.ExpectAll("child stopped", "parent stopped");
        Assert.Equal(parent, probe.Expect<Terminated>().ActorRef);
    }

    [Fact]
    public void A_failing_constructor_stops_the_actor()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Unborn()));
        probe.Watch(actor);

        Assert.Equal(actor, probe.Expect<Terminated>().ActorRef);
    }

    [Fact]
    public void What_a_stopped_actor_had_not_handled_is_a_dead_letter()
    {
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        using var gate = new ManualResetEventSlim();
        var actor = System.ActorOf(Props.Create(() => new Gated(gate)));
        actor.Tell("first");
        actor.Tell(PoisonPill.Instance);
        actor.Tell("second");
        actor.Tell("third");
        gate.Set();

        foreach (var expected in new[] { "second", "third" })
        {
            var letter = probe.Expect<DeadLetter>();
            Assert.Equal(expected, letter.Message);
            Assert.Equal(actor, letter.Recipient);
        }

        actor.Tell("long after");
        Assert.Equal("long after", probe.Expect<DeadLetter>().Message);
    }

    [Fact]
    public void Every_message_to_a_stopping_actor_is_handled_or_a_dead_letter()
    {
        const int senders = 3;
        const int each = 5_000;
        var probe = NewProbe();
        System.EventStream.Subscribe(probe.Ref, typeof(DeadLetter));
        var actor = System.ActorOf(Props.Create(() => new Passer(probe.Ref)));

        var threads = Enumerable.Range(0, senders).Select(_ => new Thread(() =>
        {
            for (var i = 0; i < each; i++)
            {
                if (i == each / 2)
                {
                    actor.Tell(PoisonPill.Instance, ActorRefs.NoSender);
                }

                actor.Tell(i, ActorRefs.NoSender);
            }
        })).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());

        for (var i = 0; i < senders * each; i++)
        {
            probe.Expect<object>();   // a number that was handled, or a dead letter with one
        }
    }

    [Fact]
    public void Kill_fails_the_actor_and_by_default_stops_it()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Reporter(probe.Ref)));
        probe.ExpectAll("constructed", "PreStart");
        probe.Watch(actor);
        probe.Sync();

        actor.Tell(Kill.Instance);

        probe.Expect("PostStop");
        probe.Expect<Terminated>();
    }

    [Fact]
    public async Task Graceful_stop_waits_for_the_end()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new Reporter(probe.Ref)));

        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(20)));
        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(20)));

        probe.ExpectAll("constructed", "PreStart", "PostStop");
    }

    [Fact]
    public void An_actor_cannot_be_made_with_new() => Assert.Throws<ActorInitializationException>(() => new Unborn());

    private sealed class Reporter : ReceiveActor
    {
        private readonly IActorRef _to;

        public Reporter(IActorRef to)
        {
            _to = to;
            to.Tell("constructed");
            Receive<Exception>(failure => throw failure);
            ReceiveAny(to.Tell);
        }

        protected override void PreStart() => _to.Tell("PreStart");

        protected override void PostStop() => _to.Tell("PostStop");

        protected override void PreRestart(Exception reason, object message)
        {
            _to.Tell($"PreRestart {reason.Message} on {((Exception)message).Message}");
            base.PreRestart(reason, message);
        }

        protected override void PostRestart(Exception reason)
        {
            _to.Tell($"PostRestart {reason.Message}");
            base.PostRestart(reason);
        }
    }

    private sealed class Parent : ReceiveActor
    {
        private readonly IActorRef _to;

        public Parent(IActorRef to)
        {
            _to = to;
            to.Tell("parent constructed");
            Context.ActorOf(Props.Create(() => new Child(to)), "child");
            Receive<string>(_ => throw new InvalidOperationException("crash"));
        }

        protected override void PostStop()
        {
            if (!Context.GetChildren().Any())
            {
                _to.Tell("parent stopped");
            }
        }
    }

    private sealed class Child(IActorRef to) : UntypedActor
    {
        protected override void PreStart() => to.Tell("child started");

        protected override void PostStop() => to.Tell("child stopped");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Unborn : UntypedActor
    {
        public Unborn() => throw new InvalidOperationException("not today");

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Gated(ManualResetEventSlim gate) : UntypedActor
    {
        protected override void OnReceive(object message) => gate.Wait();
    }

    private sealed class Passer(IActorRef to) : UntypedActor
    {
        protected override void OnReceive(object message) => to.Tell(message);
    }
}
