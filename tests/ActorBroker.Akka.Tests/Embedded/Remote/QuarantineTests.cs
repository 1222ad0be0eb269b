using Akka.Actor;
using Akka.Configuration;
using Akka.Event;
using Akka.Remote;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

public sealed class QuarantineTests() : TestKit(Hocon(0), "here")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_quarantined_system_is_not_spoken_to_until_it_has_been_restarted()
    {
        var there = ActorSystem.Create("there", ConfigurationFactory.ParseString(Hocon(0)));
        var address = ((ExtendedActorSystem)there).Provider.DefaultAddress;
        var told = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        there.EventStream.Subscribe(there.ActorOf(Props.Create(() => new Listener(told))), typeof(ThisActorSystemQuarantinedEvent));
        there.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await Sys.ActorSelection(address + "/user/echo").ResolveOne(Patience);
        Watch(echo);
        var letters = CreateTestProbe();
        Sys.EventStream.Subscribe(letters.Ref, typeof(DeadLetter));
        Sys.EventStream.Subscribe(letters.Ref, typeof(QuarantinedEvent));

        ((RemoteActorRefProvider)((ExtendedActorSystem)Sys).Provider).Quarantine(address, null);
        echo.Tell("lost", TestActor);

        letters.FishForMessage<QuarantinedEvent>(quarantined => quarantined.Address.Equals(address), Patience);
        letters.FishForMessage<DeadLetter>(letter => "lost".Equals(letter.Message), Patience);
        await told.Task.WaitAsync(Patience);
        var again = CreateTestProbe();
        again.Watch(((ExtendedActorSystem)Sys).Provider.ResolveActorRef(address + "/user/echo"));
        Assert.True(again.ExpectMsg<Terminated>(Patience).AddressTerminated);

        await there.Terminate();
        using var restarted = ActorSystem.Create("there", ConfigurationFactory.ParseString(Hocon(address.Port!.Value)));
        var target = ((ExtendedActorSystem)restarted).Provider.ResolveActorRef(TestActor.Path.ToStringWithAddress(((ExtendedActorSystem)Sys).Provider.DefaultAddress));
        restarted.ActorOf(Props.Create(() => new Echo()), "echo");
        target.Tell("a new life");

        FishForMessage(message => message is "a new life", Patience);
        Assert.Equal("back", await Sys.ActorSelection(address + "/user/echo").Ask<string>("back", Patience));
        await restarted.Terminate();
    }

    private static string Hocon(int port) => $$"""
        akka {
          loglevel = OFF
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
        }
        """;

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }

    private sealed class Listener(TaskCompletionSource told) : UntypedActor
    {
        protected override void OnReceive(object message) => told.TrySetResult();
    }
}
