using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class DeathWatchTests : ActorSystemTests
{
    [Fact]
    public void Every_watcher_hears_of_the_end_once()
    {
        var actor = System.ActorOf(Props.Create(() => new Silent()));
        var probes = Enumerable.Range(0, 3).Select(_ => NewProbe()).ToArray();
        foreach (var probe in probes)
        {
            probe.Watch(actor);
            probe.Watch(actor);
            probe.Sync();
        }

        actor.Tell(PoisonPill.Instance);

        foreach (var probe in probes)
        {
            var terminated = probe.Expect<Terminated>();
            Assert.Equal(actor, terminated.ActorRef);
            Assert.Equal(actor, probe.LastSender);
            Assert.True(terminated.ExistenceConfirmed);
            probe.Sync();
            probe.ExpectNothingWaits();
        }
    }

    [Fact]
    public async Task Watching_an_actor_that_has_stopped_already_tells_so()
    {
        var actor = System.ActorOf(Props.Create(() => new Silent()));
        await actor.GracefulStop(TimeSpan.FromSeconds(20));
        var probe = NewProbe();

        probe.Watch(actor);

        Assert.Equal(actor, probe.Expect<Terminated>().ActorRef);
        probe.Sync();
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void Watch_with_delivers_that_message_instead()
    {
        var actor = System.ActorOf(Props.Create(() => new Silent()));
        var probe = NewProbe();
        probe.WatchWith(actor, "gone");
        probe.Sync();
        actor.Tell(PoisonPill.Instance);

        probe.Expect("gone");
        probe.Sync();
        probe.ExpectNothingWaits();
    }

    [Fact]
    public async Task Who_has_unwatched_hears_nothing()
    {
        var actor = System.ActorOf(Props.Create(() => new Silent()));
        var probe = NewProbe();
        probe.Watch(actor);
        probe.Unwatch(actor);
        probe.Sync();
        await actor.GracefulStop(TimeSpan.FromSeconds(20));

        probe.Sync();
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void Unwatching_removes_a_notice_that_already_waits()
    {
        var probe = NewProbe();
        var child = System.ActorOf(Props.Create(() => new Silent()));
        using var gate = new ManualResetEventSlim();
        var watcher = System.ActorOf(Props.Create(() => new LateUnwatcher(child, gate, probe.Ref)));
        probe.Expect("watching");
        watcher.Tell("block");
        probe.Expect("blocking");
        probe.Watch(child);
        probe.Sync();
        child.Tell(PoisonPill.Instance);
        probe.Expect<Terminated>();
        gate.Set();
        watcher.Tell("still there");

        probe.Expect("still there");
    }

    [Fact]
    public void An_actor_that_does_not_handle_the_notice_fails()
    {
        var probe = NewProbe();
        var subject = System.ActorOf(Props.Create(() => new Silent()));
        var watcher = System.ActorOf(Props.Create(() => new Careless(subject)));
        probe.Watch(watcher);
        probe.Sync();
        subject.Tell(PoisonPill.Instance);

        Assert.Equal(watcher, probe.Expect<Terminated>().ActorRef);
    }

    [Fact]
    public void A_parent_that_watches_its_child_hears_of_it_once()
    {
        var probe = NewProbe();
        System.ActorOf(Props.Create(() => new WatchingParent(probe.Ref))).Tell("stop the child");

        probe.ExpectAll("terminated", "no children left");
    }

    [Fact]
    public void A_name_is_free_again_when_the_notice_of_its_end_has_come()
    {
        var probe = NewProbe();
        System.ActorOf(Props.Create(() => new Reviving(probe.Ref))).Tell("go");

        probe.Expect("revived 100 times");
    }

    [Fact]
    public async Task A_watch_survives_the_restart_of_the_watcher()
    {
        var probe = NewProbe();
        var subject = System.ActorOf(Props.Create(() => new Silent()));
        var watcher = System.ActorOf(Props.Create(() => new RestartingWatcher(subject, probe.Ref)));
        watcher.Tell("watch");
        watcher.Tell(new InvalidOperationException("restart"));
        await watcher.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromSeconds(20));
        subject.Tell(PoisonPill.Instance);

        probe.Expect("heard");
    }

    private sealed class Silent : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class LateUnwatcher : ReceiveActor
    {
        public LateUnwatcher(IActorRef subject, ManualResetEventSlim gate, IActorRef report)
        {
            Context.Watch(subject);
            report.Tell("watching");
            Receive<string>(text => text == "block", _ =>
            {
                report.Tell("blocking");
                gate.Wait();
                Context.Unwatch(subject);
            });
            ReceiveAny(report.Tell);
        }
    }

    private sealed class Careless : ReceiveActor
    {
        public Careless(IActorRef subject)
        {
            Context.Watch(subject);
            Receive<string>(_ => { });
        }
    }

    private sealed class WatchingParent : ReceiveActor
    {
        public WatchingParent(IActorRef report)
        {
            var child = Context.Watch(Context.ActorOf(Props.Create(() => new Silent())));
            Receive<string>(_ => Context.Stop(child));
            Receive<Terminated>(_ =>
            {
                report.Tell("terminated");
                report.Tell(Context.GetChildren().Any() ? "children left" : "no children left");
            });
        }
    }

    private sealed class Reviving : ReceiveActor
    {
        private int _lives;

        public Reviving(IActorRef report)
        {
            Receive<string>(_ => Next(report));
            Receive<Terminated>(_ => Next(report));
        }

        private void Next(IActorRef report)
        {
            if (_lives++ == 100)
            {
                report.Tell("revived 100 times");
                return;
            }

            Context.Stop(Context.Watch(Context.ActorOf(Props.Create(() => new Silent()), "phoenix")));
        }
    }

    private sealed class RestartingWatcher : ReceiveActor
    {
        public RestartingWatcher(IActorRef subject, IActorRef report)
        {
            Receive<string>(_ => Context.Watch(subject));
            Receive<Exception>(failure => throw failure);
            Receive<Terminated>(_ => report.Tell("heard"));
        }
    }
}
