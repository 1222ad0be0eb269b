using ActorBroker.Akka.Tests.Actor;
using Akka.Actor;

namespace ActorBroker.Akka.Tests.Dispatch;

/// <summary>An actor that a message wakes runs on the sender's thread, if that is soon free.</summary>
public sealed class WokenActorTests() : ActorSystemTests("")
{
    [Fact]
    public void An_actor_that_waits_for_one_that_it_woke_gets_its_answer()
    {
        var probe = NewProbe();
        var answers = System.ActorOf(Props.Create(() => new Echo()));
        var asks = System.ActorOf(Props.Create(() => new Blocking(answers)));

        asks.Tell("question", probe.Ref);

        Assert.Equal("question", probe.Expect<string>());
    }

    [Fact]
    public void Actors_that_wake_each_other_for_ever_leave_the_others_their_turn()
    {
        var probe = NewProbe();
        for (var i = 0; i < 2 * Environment.ProcessorCount; i++)
        {
            System.ActorOf(Props.Create(() => new Echo())).Tell("ball", System.ActorOf(Props.Create(() => new Echo())));
        }

        for (var i = 0; i < 20; i++)
        {
            System.ActorOf(Props.Create(() => new Echo())).Tell("me too", probe.Ref);
            probe.Expect<string>();
        }
    }

    [Fact]
    public void One_that_wakes_several_has_all_of_them_run()
    {
        var probe = NewProbe();
        var several = Enumerable.Range(0, 50).Select(_ => System.ActorOf(Props.Create(() => new Echo()))).ToList();
        System.ActorOf(Props.Create(() => new FanOut(several, probe.Ref))).Tell("go", probe.Ref);

        for (var i = 0; i < several.Count; i++)
        {
            Assert.Equal("go", probe.Expect<string>());
        }
    }

    [Fact]
    public void What_an_actor_has_set_for_its_own_code_is_not_seen_by_the_one_it_wakes()
    {
        var probe = NewProbe();
        var own = new AsyncLocal<string?>();
        var woken = System.ActorOf(Props.Create(() => new Teller(own, probe.Ref)));
        var setter = System.ActorOf(Props.Create(() => new Setter(own, woken)));

        for (var i = 0; i < 20; i++)
        {
            setter.Tell("go");
            Assert.Equal("nothing", probe.Expect<string>());
        }
    }

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message, Self));
    }

    private sealed class Setter : ReceiveActor
    {
        public Setter(AsyncLocal<string?> own, IActorRef woken) => ReceiveAny(message =>
        {
            own.Value = "mine";
            woken.Tell(message);
        });
    }

    private sealed class Teller : ReceiveActor
    {
        public Teller(AsyncLocal<string?> own, IActorRef client) => ReceiveAny(_ => client.Tell(own.Value ?? "nothing"));
    }

    /// <summary>Does what no actor should: blocks its thread until another has answered.</summary>
    private sealed class Blocking : ReceiveActor
    {
        public Blocking(IActorRef answers) =>
            ReceiveAny(message => Sender.Tell(answers.Ask<string>(message, TimeSpan.FromSeconds(20)).GetAwaiter().GetResult()));
    }

    private sealed class FanOut : ReceiveActor
    {
        public FanOut(List<IActorRef> several, IActorRef client) => ReceiveAny(message =>
        {
            foreach (var one in several)
            {
                one.Tell(message, client);
            }
        });
    }
}
