using Akka.Actor;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public class HookedActor : ReceiveActor
{
    private readonly IActorRef _journal;
    private readonly string _greeting;

    public HookedActor(IActorRef journal, string greeting)
    {
        _journal = journal;
        _greeting = greeting;
        Receive<string>(s => s == "fail", _ => throw new InvalidOperationException("as asked"));
        Receive<string>(s => s == "stop self", _ => Context.Stop(Self));
        Receive<string>(name => Sender.Tell($"{_greeting} {name}"));
    }

    protected override void PreStart() => _journal.Tell("PreStart");

    protected override void PostStop() => _journal.Tell("PostStop");

    protected override void PreRestart(Exception reason, object message)
    {
        _journal.Tell($"PreRestart on {message}");
        base.PreRestart(reason, message);
    }

    protected override void PostRestart(Exception reason)
    {
        _journal.Tell("PostRestart");
        base.PostRestart(reason);
    }
}

public class ParentActor : ReceiveActor
{
    public ParentActor()
    {
        var child = Context.ActorOf(Props.Create(() => new ChildActor()), "child");
        Receive<string>(message => child.Forward(message));
        Receive<GetChildren>(_ => Sender.Tell(Context.GetChildren().Select(c => c.Path.Name).ToArray()));
    }

    public sealed record GetChildren;

    private sealed class ChildActor : ReceiveActor
    {
        public ChildActor() => Receive<string>(_ => Sender.Tell((Self.Path.Name, Context.Parent.Path.Name)));
    }
}

public class UntypedWithBecome : UntypedActor
{
    protected override void OnReceive(object message)
    {
        if (message is "strict")
        {
            Become(Strict);
        }
        else
        {
            Sender.Tell("relaxed");
        }
    }

    private void Strict(object message)
    {
        if (message is int)
        {
            Sender.Tell("a number");
        }
        else
        {
            Unhandled(message);
        }
    }
}

public class LifecycleSpec : TestKit
{
    [Fact]
    public void The_hooks_of_a_life_run_in_order()
    {
        var journal = CreateTestProbe("journal");
        var actor = Sys.ActorOf(Props.Create<HookedActor>(journal.Ref, "hello"), "hooked");
        actor.Tell("world");
        ExpectMsg("hello world");

        EventFilter.Exception<InvalidOperationException>("as asked").ExpectOne(() => actor.Tell("fail"));
        actor.Tell("again");
        ExpectMsg("hello again");
        actor.Tell("stop self");

        journal.ExpectMsg("PreStart");
        journal.ExpectMsg("PreRestart on fail");
        journal.ExpectMsg("PostStop");
        journal.ExpectMsg("PostRestart");
        journal.ExpectMsg("PreStart");
        journal.ExpectMsg("PostStop");
        journal.ExpectNoMsg(20);
    }

    [Fact]
    public void Props_can_be_made_of_a_type_and_arguments()
    {
        var journal = CreateTestProbe();

        var type = typeof(HookedActor);
        Sys.ActorOf(Props.Create(type, journal.Ref, "bonjour")).Tell("monde");

        ExpectMsg("bonjour monde");
    }

    [Fact]
    public void Parents_and_children_know_each_other()
    {
        var parent = Sys.ActorOf<ParentActor>("parent");

        parent.Tell("who?");
        ExpectMsg(("child", "parent"));
        parent.Tell(new ParentActor.GetChildren());
        ExpectMsg<string[]>(names => Assert.Equal(["child"], names));
    }

    [Fact]
    public async Task Children_stop_with_their_parent()
    {
        var parent = Sys.ActorOf<ParentActor>("parent");
        parent.Tell("who?");
        ExpectMsg(("child", "parent"));
        var child = await Sys.ActorSelection("/user/parent/child").ResolveOne(TimeSpan.FromSeconds(3));
        Watch(child);
        Watch(parent);

        Sys.Stop(parent);

        ExpectTerminated(child);
        ExpectTerminated(parent);
    }

    [Fact]
    public void An_untyped_actor_becomes()
    {
        var actor = Sys.ActorOf(Props.Create<UntypedWithBecome>());

        actor.Tell("anything");
        ExpectMsg("relaxed");
        actor.Tell("strict");
        actor.Tell(1);
        ExpectMsg("a number");
    }

    [Fact]
    public void A_name_is_taken_while_its_actor_lives()
    {
        var first = Sys.ActorOf<ParentActor>("unique");
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf<ParentActor>("unique"));
        Assert.Throws<InvalidActorNameException>(() => Sys.ActorOf<ParentActor>("not/valid"));
        Watch(first);
        Sys.Stop(first);
        ExpectTerminated(first);

        AwaitAssert(() => Sys.ActorOf<ParentActor>("unique"));
    }

    [Fact]
    public async Task A_program_of_five_lines_runs_and_ends()
    {
        using var system = ActorSystem.Create("hello");
        var echo = system.ActorOf(Props.Create(() => new UntypedWithBecome()), "echo");

        var reply = await echo.Ask<string>("hi", TimeSpan.FromSeconds(3));
        await system.Terminate();

        Assert.Equal("relaxed", reply);
        Assert.True(system.WhenTerminated.IsCompletedSuccessfully);
        Assert.Equal("akka://hello/user/echo", echo.Path.ToString());
    }
}
