using Akka.Actor;
using Akka.TestKit;

namespace ActorBroker.Akka.Tests.Actor;

public sealed class TimerTests() : ActorSystemTests("""akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit" """)
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private TestScheduler Clock => (TestScheduler)System.Scheduler;

    [Fact]
    public void A_single_timer_rings_once()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartSingleTimer("key", "ring", Second));
        Clock.Advance(Second - TimeSpan.FromTicks(1));
        Sync(actor);
        probe.ExpectNothingWaits();
        Clock.Advance(TimeSpan.FromTicks(1));
        probe.Expect("ring");
        Clock.Advance(Second * 10);
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_periodic_timer_rings_until_it_is_cancelled()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartPeriodicTimer("key", "ring", Second));
        for (var i = 0; i < 3; i++)
        {
            Clock.Advance(Second);
            probe.Expect("ring");
        }

        Do(actor, timers => timers.Cancel("key"));
        Clock.Advance(Second * 10);
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_periodic_timer_can_start_with_another_delay()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartPeriodicTimer("key", "ring", TimeSpan.Zero, Second));
        Clock.Advance(TimeSpan.Zero);
        probe.Expect("ring");
        Clock.Advance(Second);
        probe.Expect("ring");
    }

    [Fact]
    public void Starting_a_key_again_replaces_its_timer()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartSingleTimer("key", "old", Second));
        Do(actor, timers => timers.StartSingleTimer("key", "new", Second * 2));
        Clock.Advance(Second * 5);

        probe.Expect("new");
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_ring_that_waits_in_the_mailbox_is_void_when_its_timer_is_cancelled()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartSingleTimer("key", "ring", Second));
        Do(actor, timers =>
        {
            Clock.Advance(Second);   // now the ring is in the mailbox, behind the message that is being handled
            timers.Cancel("key");
        });
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void Timers_end_with_the_incarnation()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartPeriodicTimer("key", "ring", Second));
        Do(actor, _ =>
        {
            Clock.Advance(Second);
            throw new InvalidOperationException("restart");
        });
        Sync(actor);
        Clock.Advance(Second * 10);
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public void A_timer_is_active_until_it_has_rung()
    {
        var (probe, actor) = Timed();
        Do(actor, timers => timers.StartSingleTimer("key", "ring", Second));
        Do(actor, timers => probe.Ref.Tell(timers.IsTimerActive("key") && timers.ActiveTimers.Count == 1));
        probe.Expect(true);
        Clock.Advance(Second);
        probe.Expect("ring");
        Do(actor, timers => probe.Ref.Tell(timers.IsTimerActive("key")));
        probe.Expect(false);
    }

    [Fact]
    public void A_pause_without_messages_is_a_receive_timeout_again_and_again()
    {
        var (probe, actor) = Timed();
        actor.Tell(Second);
        Sync(actor);
        Clock.Advance(Second / 2);
        actor.Tell("activity");
        probe.Expect("activity");
        Sync(actor);
        Clock.Advance(Second * 0.9);
        actor.Tell(new Unnoticed(), probe.Ref);
        probe.Expect<Unnoticed>();
        probe.ExpectNothingWaits();
        Clock.Advance(Second * 0.1);
        probe.Expect<ReceiveTimeout>();
        Sync(actor);
        Clock.Advance(Second);
        probe.Expect<ReceiveTimeout>();
    }

    [Fact]
    public void Without_a_receive_timeout_there_is_none()
    {
        var (probe, actor) = Timed();
        actor.Tell(Second);
        actor.Tell(Timeout.InfiniteTimeSpan);
        Sync(actor);
        Clock.Advance(Second * 10);
        Sync(actor);
        probe.ExpectNothingWaits();
    }

    [Fact]
    public async Task An_Ask_times_out_by_the_systems_clock()
    {
        var silent = NewProbe();
        var early = silent.Ref.Ask<string>("a", Second);
        Clock.Advance(Second / 2);
        var late = silent.Ref.Ask<string>("b", Second);
        Clock.Advance(Second / 2);
        await Assert.ThrowsAsync<AskTimeoutException>(() => early);
        Assert.False(late.IsCompleted);
        Clock.Advance(Second / 2);
        await Assert.ThrowsAsync<AskTimeoutException>(() => late);
    }

    [Fact]
    public void Restarts_are_counted_within_the_window()
    {
        var probe = NewProbe();
        var supervisor = System.ActorOf(Props.Create(() => new Parent())
            .WithSupervisorStrategy(new OneForOneStrategy(1, TimeSpan.FromMinutes(1), _ => Directive.Restart)));
        supervisor.Tell(Props.Create(() => new TimedActor(probe.Ref)), probe.Ref);
        var child = probe.Expect<IActorRef>();
        probe.Watch(child);
        probe.Sync();
        for (var i = 0; i < 3; i++)
        {
            Do(child, _ => throw new InvalidOperationException("restart"));
            Sync(child);
            Clock.Advance(TimeSpan.FromMinutes(2));
        }

        Do(child, _ => throw new InvalidOperationException("restart"));
        Sync(child);
        child.Tell((Action<ITimerScheduler>)(_ => throw new InvalidOperationException("once too often within a minute")));
        probe.Expect<Terminated>();
    }

    /// <summary>Runs that in the actor and waits until it has.</summary>
    private static void Do(IActorRef actor, Action<ITimerScheduler> action)
    {
        actor.Tell(action);
        Sync(actor);
    }

    /// <summary>Waits until the actor has handled what was sent to it.</summary>
    private static void Sync(IActorRef actor) =>
        Assert.True(actor.Ask<ActorIdentity>(new Identify("sync")).Wait(TimeSpan.FromSeconds(20)), "the actor does not answer");

    private (Probe Probe, IActorRef Actor) Timed()
    {
        var probe = NewProbe();
        var actor = System.ActorOf(Props.Create(() => new TimedActor(probe.Ref)));
        Sync(actor);
        return (probe, actor);
    }

    private sealed class Unnoticed : INotInfluenceReceiveTimeout;

    private sealed class TimedActor : ReceiveActor, IWithTimers
    {
        public TimedActor(IActorRef report)
        {
            Receive<Action<ITimerScheduler>>(action => action(Timers));
            Receive<TimeSpan>(timeout => Context.SetReceiveTimeout(timeout));
            Receive<Unnoticed>(message => Sender.Tell(message));
            ReceiveAny(report.Tell);
        }

        public ITimerScheduler Timers { get; set; } = null!;
    }

    private sealed class Parent : ReceiveActor
    {
        public Parent() => Receive<Props>(props => Sender.Tell(Context.ActorOf(props)));
    }
}
