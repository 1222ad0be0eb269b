using Akka.Actor;
using Akka.TestKit;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public class HeartbeatActor : ReceiveActor, IWithTimers
{
    private sealed class Tick
    {
        public static readonly Tick Instance = new();
    }

    private readonly IActorRef _listener;
    private int _beats;

    public HeartbeatActor(IActorRef listener, TimeSpan interval)
    {
        _listener = listener;
        Receive<Tick>(_ => _listener.Tell(++_beats));
        Receive<string>(s => s == "once", _ => Timers.StartSingleTimer("once", "fired", TimeSpan.FromSeconds(10)));
        Receive<string>(s => s == "fired", _ => _listener.Tell("once"));
        Receive<string>(s => s == "stop", _ => Timers.Cancel("tick"));
        _interval = interval;
    }

    private readonly TimeSpan _interval;

    public ITimerScheduler Timers { get; set; } = null!;

    protected override void PreStart() => Timers.StartPeriodicTimer("tick", Tick.Instance, _interval);
}

public class IdleActor : ReceiveActor
{
    public IdleActor(IActorRef listener)
    {
        Context.SetReceiveTimeout(TimeSpan.FromSeconds(30));
        Receive<ReceiveTimeout>(_ =>
        {
            listener.Tell("idle");
            Context.SetReceiveTimeout(null);
        });
        ReceiveAny(_ => { });
    }
}

public class TimersSpec : TestKit
{
    public TimersSpec()
        : base("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task A_periodic_timer_fires_each_interval_of_virtual_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new HeartbeatActor(TestActor, TimeSpan.FromMinutes(1))));
        actor.Tell("once");
        await actor.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromDays(1));

        Scheduler.Advance(TimeSpan.FromSeconds(10));
        ExpectMsg("once");
        ExpectNoMsg(20);
        Scheduler.Advance(TimeSpan.FromSeconds(50));
        ExpectMsg(1);
        Scheduler.Advance(TimeSpan.FromMinutes(2));
        ExpectMsg(2);
        ExpectMsg(3);
    }

    [Fact]
    public async Task A_cancelled_timer_fires_no_more()
    {
        var actor = Sys.ActorOf(Props.Create(() => new HeartbeatActor(TestActor, TimeSpan.FromMinutes(1))));
        await actor.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromDays(1));
        Scheduler.Advance(TimeSpan.FromMinutes(1));
        ExpectMsg(1);

        actor.Tell("stop");
        await actor.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromDays(1));
        Scheduler.Advance(TimeSpan.FromMinutes(10));

        ExpectNoMsg(50);
    }

    [Fact]
    public async Task A_receive_timeout_runs_on_virtual_time()
    {
        var actor = Sys.ActorOf(Props.Create(() => new IdleActor(TestActor)));
        await actor.Ask<ActorIdentity>(new Identify(1), TimeSpan.FromDays(1));

        Scheduler.Advance(TimeSpan.FromSeconds(31));

        ExpectMsg("idle");
    }

    [Fact]
    public void A_scheduled_message_and_its_cancellation()
    {
        var cancelled = new Cancelable(Sys.Scheduler);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "kept", ActorRefs.NoSender);
        Sys.Scheduler.ScheduleTellOnce(TimeSpan.FromHours(1), TestActor, "dropped", ActorRefs.NoSender, cancelled);
        var repeated = Sys.Scheduler.ScheduleTellRepeatedlyCancelable(
            TimeSpan.FromHours(2), TimeSpan.FromHours(1), TestActor, "again", ActorRefs.NoSender);
        cancelled.Cancel();

        Scheduler.Advance(TimeSpan.FromHours(1));
        ExpectMsg("kept");
        ExpectNoMsg(20);
        Scheduler.Advance(TimeSpan.FromHours(2));
        ExpectMsg("again");
        ExpectMsg("again");
        repeated.Cancel();
        Scheduler.Advance(TimeSpan.FromHours(5));
        ExpectNoMsg(20);
    }

    [Fact]
    public void The_clock_of_the_system_is_the_tests()
    {
        var before = Sys.Scheduler.Now;

        Scheduler.Advance(TimeSpan.FromDays(3));

        Assert.Equal(TimeSpan.FromDays(3), Sys.Scheduler.Now - before);
    }
}
