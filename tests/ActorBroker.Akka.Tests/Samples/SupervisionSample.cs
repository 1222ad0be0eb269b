using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public class FlakyActor : ReceiveActor
{
    private int _state;

    public FlakyActor()
    {
        Receive<int>(n => _state = n);
        Receive<string>(s => s == "get", _ => Sender.Tell(_state));
        Receive<Exception>(e => throw e);
    }
}

public class SupervisorActor : UntypedActor
{
    private readonly SupervisorStrategy _strategy;

    public SupervisorActor()
        : this(new OneForOneStrategy(
            maxNrOfRetries: 10,
            withinTimeRange: TimeSpan.FromMinutes(1),
            localOnlyDecider: ex => ex switch
            {
                ArithmeticException => Directive.Resume,
                InvalidOperationException => Directive.Restart,
                ArgumentException => Directive.Stop,
                _ => Directive.Escalate,
            }))
    {
    }

    public SupervisorActor(SupervisorStrategy strategy) => _strategy = strategy;

    protected override SupervisorStrategy SupervisorStrategy() => _strategy;

    protected override void OnReceive(object message)
    {
        if (message is Props props)
        {
            Sender.Tell(Context.ActorOf(props));
        }
        else
        {
            Unhandled(message);
        }
    }
}

public class SupervisionSpec : TestKit
{
    private IActorRef NewChild(IActorRef supervisor)
    {
        supervisor.Tell(Props.Create<FlakyActor>());
        return ExpectMsg<IActorRef>();
    }

    [Fact]
    public void A_resumed_child_keeps_its_state()
    {
        var child = NewChild(Sys.ActorOf<SupervisorActor>("supervisor"));
        child.Tell(42);

        EventFilter.Warning().Mute(() =>
        {
            child.Tell(new ArithmeticException("overflow"));
            child.Tell("get");
            ExpectMsg(42);
        });
    }

    [Fact]
    public void A_restarted_child_loses_its_state()
    {
        var child = NewChild(Sys.ActorOf<SupervisorActor>("supervisor"));
        child.Tell(42);

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => child.Tell(new InvalidOperationException("bad state")));

        child.Tell("get");
        ExpectMsg(0);
    }

    [Fact]
    public void A_stopped_child_is_reported_to_whoever_watches_it()
    {
        var child = NewChild(Sys.ActorOf<SupervisorActor>("supervisor"));
        Watch(child);

        EventFilter.Exception<ArgumentException>().ExpectOne(() => child.Tell(new ArgumentException("bad argument")));

        ExpectTerminated(child);
    }

    [Fact]
    public void An_escalated_failure_restarts_the_supervisor_and_ends_its_children()
    {
        var supervisor = Sys.ActorOf<SupervisorActor>("supervisor");
        var child = NewChild(supervisor);
        Watch(child);

        EventFilter.Exception<NotSupportedException>().Expect(1, () => child.Tell(new NotSupportedException("crash")));

        ExpectTerminated(child);
        var second = NewChild(supervisor);
        second.Tell("get");
        ExpectMsg(0);
    }

    [Fact]
    public void All_for_one_restarts_the_siblings_too()
    {
        var strategy = new AllForOneStrategy(ex => Directive.Restart);
        var supervisor = Sys.ActorOf(Props.Create(() => new SupervisorActor(strategy)));
        var first = NewChild(supervisor);
        var second = NewChild(supervisor);
        first.Tell(1);
        second.Tell(2);
        second.Tell("get");
        ExpectMsg(2);

        EventFilter.Exception<InvalidOperationException>().ExpectOne(() => first.Tell(new InvalidOperationException("both go")));

        AwaitAssert(() =>
        {
            second.Tell("get");
            ExpectMsg(0);
        });
    }

    [Fact]
    public void A_child_that_fails_more_often_than_allowed_is_stopped()
    {
        var strategy = new OneForOneStrategy(2, TimeSpan.FromMinutes(1), ex => Directive.Restart);
        var child = NewChild(Sys.ActorOf(Props.Create(() => new SupervisorActor(strategy))));
        Watch(child);

        EventFilter.Exception<InvalidOperationException>().Expect(3, () =>
        {
            child.Tell(new InvalidOperationException("one"));
            child.Tell(new InvalidOperationException("two"));
            child.Tell(new InvalidOperationException("three"));
        });

        ExpectTerminated(child);
    }
}
