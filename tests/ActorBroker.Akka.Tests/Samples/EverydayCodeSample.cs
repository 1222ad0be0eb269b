using Akka.Actor;
using Akka.Actor.Setup;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public class EverydayActor : ReceiveActor
{
    private readonly ILoggingAdapter _logger = Logging.GetLogger(Context);
    private readonly ICancelable _ticking;

    public EverydayActor()
    {
        _ticking = Context.System.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromMilliseconds(1), TimeSpan.FromMilliseconds(1), Self, "tick", Self);
        Receive<int>(n => Sender.Tell(n + 1), n => n > 0);
        Receive<int>(n => n < 0, n => Sender.Tell(n - 1));
        Receive<string>(s =>
        {
            if (s != "tick")
            {
                return false;
            }

            _ticking.Cancel();
            Context.Parent.Tell("ticked", Self);
            return true;
        });
        Receive(typeof(Guid), id => Sender.Tell(id));
        ReceiveAny(o =>
        {
            _logger.Info("{0} got {1}", Self.Path.Name, o);
            Sender.Tell(o);
        });
    }

    protected override void PostStop()
    {
        _ticking.CancelIfNotNull();
        base.PostStop();
    }
}

public class EverydayParent : UntypedActor
{
    private IActorRef _child = ActorRefs.Nobody;
    private IActorRef _waiting = ActorRefs.Nobody;

    protected override void PreStart()
    {
        _child = Context.ActorOf(
            Props.Create<EverydayActor>().WithSupervisorStrategy(new OneForOneStrategy(_ => Directive.Stop)), "everyday");
        Context.Watch(_child);
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(
        10,
        TimeSpan.FromSeconds(30),
        Decider.From(x => x switch
        {
            ArithmeticException => Directive.Resume,
            _ => Directive.Restart,
        }));

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case "ticked":
                _waiting.Tell("child ticked");
                BecomeStacked(Quiet);
                break;
            case "wait":
                _waiting = Sender;
                break;
            case Terminated t when t.ActorRef.Equals(_child):
                Context.Stop(Self);
                break;
            default:
                _child.Forward(message);
                break;
        }
    }

    private void Quiet(object message)
    {
        if (message is "loud")
        {
            UnbecomeStacked();
        }
        else if (!_child.IsNobody())
        {
            _child.Tell(message, Sender);
        }
    }
}

public class CountingExtension : IExtension
{
    private int _count;

    public int Next() => Interlocked.Increment(ref _count);
}

public class CountingExtensionProvider : ExtensionIdProvider<CountingExtension>
{
    public override CountingExtension CreateExtension(ExtendedActorSystem system) => new();
}

public sealed class GreetingSetup(string greeting) : Setup
{
    public string Greeting { get; } = greeting;
}

public class EverydayCodeSpec : TestKit
{
    public EverydayCodeSpec()
        : base(ConfigurationFactory.ParseString("akka.loglevel = DEBUG\nmy.setting = 5s"), "everyday")
    {
    }

    [Fact]
    public void Receive_handlers_are_asked_in_their_order()
    {
        var actor = ActorOf<EverydayActor>();

        actor.Tell(1);
        ExpectMsg(2);
        actor.Tell(-1);
        ExpectMsg(-2);
        var id = Guid.NewGuid();
        actor.Tell(id);
        ExpectMsg(id);
        EventFilter.Info(contains: "got 1.5").ExpectOne(() => actor.Tell(1.5));
        ExpectMsg(1.5);
    }

    [Fact]
    public void A_parent_hears_its_child_tick()
    {
        var parent = ActorOf(() => new EverydayParent(), "parent");
        parent.Tell("wait");
        ExpectMsg<string>(s => s is "child ticked" or "wait");
        parent.Tell(10);
        FishForMessage<int>(n => n == 11);
    }

    [Fact]
    public void Settings_and_extensions_are_there()
    {
        Assert.Equal(TimeSpan.FromSeconds(5), Sys.Settings.Config.GetTimeSpan("my.setting"));
        Assert.Equal("everyday", Sys.Name);
        Assert.Equal(1, Sys.WithExtension<CountingExtension, CountingExtensionProvider>().Next());
        Assert.Equal(2, new CountingExtensionProvider().Get(Sys).Next());
        Assert.True(Sys.HasExtension<CountingExtension>());
        Assert.True(Sys.Uptime >= TimeSpan.Zero);
    }

    [Fact]
    public async Task A_system_is_made_with_setups()
    {
        var bootstrap = BootstrapSetup.Create().WithConfig(ConfigurationFactory.ParseString("akka.loglevel = ERROR"));
        var setup = ActorSystemSetup.Create(bootstrap, new GreetingSetup("hi"));
        var system = ActorSystem.Create("with-setup", setup);

        Assert.Equal("hi", system.Settings.Setup.Get<GreetingSetup>().Value.Greeting);
        Assert.Equal("ERROR", system.Settings.LogLevel);
        Assert.False(system.Log.IsInfoEnabled);
        var ended = false;
        system.RegisterOnTermination(() => ended = true);
        await system.Terminate();
        Assert.True(ended);
    }

    [Fact]
    public async Task Terminating_stops_every_actor_and_runs_its_PostStop()
    {
        var system = ActorSystem.Create("ending", DefaultConfig);
        var journal = CreateTestProbe();
        system.ActorOf(Props.Create(() => new HookedActor(journal.Ref, "x")), "hooked");
        journal.ExpectMsg("PreStart");

        await system.Terminate();

        journal.ExpectMsg("PostStop");
        Assert.Throws<InvalidOperationException>(() => system.ActorOf<EverydayActor>("late"));
    }
}
