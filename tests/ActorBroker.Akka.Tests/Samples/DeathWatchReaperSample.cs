using Akka.Actor;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

/// <summary>Tells when everybody it was told of is dead.</summary>
public class Reaper : ReceiveActor
{
    public sealed record WatchMe(IActorRef Actor);

    private readonly HashSet<IActorRef> _souls = [];

    public Reaper(IActorRef whenAllDead)
    {
        Receive<WatchMe>(watch =>
        {
            Context.Watch(watch.Actor);
            _souls.Add(watch.Actor);
        });
        Receive<Terminated>(terminated =>
        {
            _souls.Remove(terminated.ActorRef);
            if (_souls.Count == 0)
            {
                whenAllDead.Tell("all souls reaped");
            }
        });
    }
}

public class WatchWithActor : ReceiveActor
{
    public WatchWithActor(IActorRef watched, IActorRef listener)
    {
        Context.WatchWith(watched, "gone");
        Receive<string>(listener.Tell);
    }
}

public class DeathWatchSpec : TestKit
{
    [Fact]
    public void A_reaper_waits_for_the_last_soul()
    {
        var reaper = Sys.ActorOf(Props.Create(() => new Reaper(TestActor)));
        var souls = Enumerable.Range(0, 3).Select(i => Sys.ActorOf(BlackHoleActor.Props, $"soul-{i}")).ToList();
        souls.ForEach(soul => reaper.Tell(new Reaper.WatchMe(soul)));

        Sys.Stop(souls[0]);
        souls[1].Tell(PoisonPill.Instance);
        ExpectNoMsg(50);
        EventFilter.Exception<ActorKilledException>().ExpectOne(() => souls[2].Tell(Kill.Instance));

        ExpectMsg("all souls reaped");
    }

    [Fact]
    public void Watching_the_dead_tells_of_their_death()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props);
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);

        Watch(actor);

        ExpectTerminated(actor);
    }

    [Fact]
    public void An_unwatched_actor_may_die_unheard()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props);
        Watch(actor);
        Unwatch(actor);

        Sys.Stop(actor);

        ExpectNoMsg(50);
    }

    [Fact]
    public async Task WatchWith_sends_the_message_instead()
    {
        var watched = Sys.ActorOf(BlackHoleActor.Props);
        var watcher = Sys.ActorOf(Props.Create(() => new WatchWithActor(watched, TestActor)));
        await watcher.Ask<ActorIdentity>(new Identify(0), TimeSpan.FromSeconds(3));

        Sys.Stop(watched);

        ExpectMsg("gone");
    }

    [Fact]
    public async Task GracefulStop_ends_when_the_actor_has_stopped()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props);
        Watch(actor);

        Assert.True(await actor.GracefulStop(TimeSpan.FromSeconds(3)));

        await ExpectTerminatedAsync(actor);
    }

    [Fact]
    public void A_message_to_the_dead_is_a_dead_letter()
    {
        var actor = Sys.ActorOf(BlackHoleActor.Props, "dead");
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);

        EventFilter.DeadLetter<string>().ExpectOne(() => actor.Tell("too late"));
    }
}
