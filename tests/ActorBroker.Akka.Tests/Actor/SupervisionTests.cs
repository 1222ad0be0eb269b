using Akka.Actor;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class SupervisionTests : ActorSystemTests
{
    [Fact]
    public void Resume_keeps_the_state()
    {
        var (probe, child) = Supervised(new OneForOneStrategy(_ => Directive.Resume));
        child.Tell(3);
        child.Tell(new ArgumentException("bad"));
        child.Tell("get");

        probe.Expect(3);
    }

    [Fact]
    public void Restart_loses_the_state()
    {
        var (probe, child) = Supervised(new OneForOneStrategy(_ => Directive.Restart));
        child.Tell(3);
        child.Tell(new ArgumentException("bad"));
        child.Tell("get");

        probe.Expect(0);
    }

    [Fact]
    public void Stop_stops_the_child()
    {
        var (probe, child) = Supervised(new OneForOneStrategy(_ => Directive.Stop));
        probe.Watch(child);
        probe.Sync();
        child.Tell(new ArgumentException("bad"));

        Assert.Equal(child, probe.Expect<Terminated>().ActorRef);
    }

    [Fact]
    public void The_decider_chooses_by_the_exception()
    {
        var decider = Decider.From(
            Directive.Stop, Directive.Resume.When<ArgumentException>(), Directive.Restart.When<InvalidOperationException>());
        var (probe, child) = Supervised(new OneForOneStrategy(decider));
        probe.Watch(child);
        probe.Sync();
        child.Tell(1);
        child.Tell(new ArgumentNullException());
        child.Tell("get");
        probe.Expect(1);
        child.Tell(new InvalidOperationException());
        child.Tell("get");
        probe.Expect(0);
        child.Tell(new TimeoutException());

        probe.Expect<Terminated>();
    }

    [Fact]
    public void More_restarts_than_allowed_stop_the_child()
    {
        var (probe, child) = Supervised(new OneForOneStrategy(2, TimeSpan.FromHours(1), _ => Directive.Restart));
        probe.Watch(child);
        probe.Sync();
        for (var i = 0; i < 2; i++)
        {
            child.Tell(new ArgumentException("bad"));
            child.Tell("get");
            probe.Expect(0);
        }

        child.Tell(new ArgumentException("once too often"));

        probe.Expect<Terminated>();
    }

    [Fact]
    public void One_for_one_leaves_the_siblings_alone()
    {
        var probe = NewProbe();
        var supervisor = Supervisor(probe, new OneForOneStrategy(_ => Directive.Restart));
        var (first, second) = (Child(probe, supervisor), Child(probe, supervisor));
        second.Tell(7);
        first.Tell(new ArgumentException("bad"));
        first.Tell("get");
        probe.Expect(0);
        second.Tell("get");

        probe.Expect(7);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        var probe = NewProbe();
        var supervisor = Supervisor(probe, new AllForOneStrategy(_ => Directive.Restart));
        var (first, second) = (Child(probe, supervisor), Child(probe, supervisor));
        second.Tell(7);
        second.Tell("get");
        probe.Expect(7);
        first.Tell(new ArgumentException("bad"));
        first.Tell("get");
        probe.Expect(0);
        second.Tell("get");

        probe.Expect(0);
    }

    [Fact]
    public void Escalate_fails_the_supervisor()
    {
        var probe = NewProbe();
        var top = System.ActorOf(Props.Create(() => new Supervising()).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop)));
        top.Tell(Props.Create(() => new Supervising()).WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Escalate)), probe.Ref);
        var middle = probe.Expect<IActorRef>();
        var bottom = Child(probe, middle);
        probe.Watch(middle);
        probe.Sync();

        bottom.Tell(new ArgumentException("bad"));

        Assert.Equal(middle, probe.Expect<Terminated>().ActorRef);
    }

    [Fact]
    public void The_children_of_a_failed_actor_wait_with_it()
    {
        var probe = NewProbe();
        using var decided = new ManualResetEventSlim();
        var top = Supervisor(probe, new OneForOneStrategy(_ =>
        {
            decided.Wait();
            return Directive.Resume;
        }));
        top.Tell(Props.Create(() => new Supervising()), probe.Ref);
        var middle = probe.Expect<IActorRef>();
        var bottom = Child(probe, middle);
        middle.Tell(new ArgumentException("bad"));
        // The failed actor answers nothing; its child is asked after the suspension has gone down to it.
        middle.Tell("get", probe.Ref);
        decided.Set();
        probe.Expect("supervising");
        bottom.Tell("get");

        probe.Expect(0);
    }

    [Fact]
    public void A_child_that_fails_while_its_supervisor_restarts_is_not_lost()
    {
        var probe = NewProbe();
        var supervisor = Supervisor(probe, new OneForOneStrategy(_ => Directive.Restart));
        var child = Child(probe, supervisor);
        for (var i = 0; i < 50; i++)
        {
            child.Tell(new ArgumentException("bad"));
            child.Tell("get");
            probe.Expect(0);
        }
    }

    [Fact]
    public void A_restart_that_fails_is_a_failure_of_its_own()
    {
        var probe = NewProbe();
        var attempts = 0;
        var supervisor = Supervisor(probe, new OneForOneStrategy(failure =>
            failure is PostRestartException && ++attempts == 3 ? Directive.Stop : Directive.Restart));
        supervisor.Tell(Props.Create(() => new NeverAgain()), probe.Ref);
        var child = probe.Expect<IActorRef>();
        probe.Watch(child);
        probe.Sync();
        child.Tell(new ArgumentException("bad"));

        probe.Expect<Terminated>();
        Assert.Equal(3, attempts);
    }

    private (Probe Probe, IActorRef Child) Supervised(SupervisorStrategy strategy)
    {
        var probe = NewProbe();
        return (probe, Child(probe, Supervisor(probe, strategy)));
    }

    private IActorRef Supervisor(Probe probe, SupervisorStrategy strategy)
    {
        Assert.NotNull(probe);
        return System.ActorOf(Props.Create(() => new Supervising()).WithSupervisorStrategy(strategy));
    }

    private static IActorRef Child(Probe probe, IActorRef supervisor)
    {
        supervisor.Tell(Props.Create(() => new Holder(probe.Ref)), probe.Ref);
        return probe.Expect<IActorRef>();
    }

    private sealed class Supervising : ReceiveActor
    {
        public Supervising()
        {
            Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
            Receive<Exception>(failure => throw failure);
            Receive<string>(_ => Sender.Tell("supervising"));
        }
    }

    private sealed class Holder : ReceiveActor
    {
        private int _state;

        public Holder(IActorRef report)
        {
            Receive<int>(state => _state = state);
            Receive<string>(_ => report.Tell(_state));
            Receive<Exception>(failure => throw failure);
        }
    }

    private sealed class NeverAgain : ReceiveActor
    {
        public NeverAgain() => Receive<Exception>(failure => throw failure);

        protected override void PostRestart(Exception reason) => throw new InvalidOperationException("never again");
    }
}
