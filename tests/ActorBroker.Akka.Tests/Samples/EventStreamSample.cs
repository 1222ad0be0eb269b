using Akka.Actor;
using Akka.Event;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;

namespace AkkaSamples;

public abstract record Music(string Artist);

public sealed record Jazz(string Artist) : Music(Artist);

public sealed record Electronic(string Artist) : Music(Artist);

public class DeadLetterMonitor : ReceiveActor
{
    public DeadLetterMonitor(IActorRef report) =>
        Receive<DeadLetter>(letter => report.Tell($"{letter.Message} for {letter.Recipient.Path.Name}"));

    protected override void PreStart() => Context.System.EventStream.Subscribe<DeadLetter>(Self);
}

public class EventStreamSpec : TestKit
{
    [Fact]
    public void Subscribers_get_what_is_of_their_type_or_below()
    {
        var jazz = CreateTestProbe();
        Sys.EventStream.Subscribe(TestActor, typeof(Music));
        Sys.EventStream.Subscribe(jazz.Ref, typeof(Jazz));

        Sys.EventStream.Publish(new Electronic("Parov Stelar"));
        Sys.EventStream.Publish(new Jazz("Sonny Rollins"));

        ExpectMsg<Electronic>();
        ExpectMsg<Jazz>();
        jazz.ExpectMsg<Jazz>(j => j.Artist == "Sonny Rollins");
        jazz.ExpectNoMsg(20);
    }

    [Fact]
    public void Unsubscribing_ends_it()
    {
        Sys.EventStream.Subscribe(TestActor, typeof(Music));
        Assert.True(Sys.EventStream.Unsubscribe(TestActor, typeof(Jazz)));

        Sys.EventStream.Publish(new Jazz("Sonny Rollins"));
        Sys.EventStream.Publish(new Electronic("Parov Stelar"));

        ExpectMsg<Electronic>();
        Assert.True(Sys.EventStream.Unsubscribe(TestActor));
        Sys.EventStream.Publish(new Electronic("again"));
        ExpectNoMsg(20);
    }

    [Fact]
    public async Task A_monitor_sees_dead_letters()
    {
        var monitor = Sys.ActorOf(Props.Create(() => new DeadLetterMonitor(TestActor)));
        await monitor.Ask<ActorIdentity>(new Identify(0), TimeSpan.FromSeconds(3));
        var gone = Sys.ActorOf(BlackHoleActor.Props, "gone");
        Watch(gone);
        Sys.Stop(gone);
        ExpectTerminated(gone);

        gone.Tell("hello?");

        ExpectMsg("hello? for gone");
    }
}
