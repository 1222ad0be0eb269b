using Akka.Actor;
using Akka.Configuration;
using Akka.Remote;
using Akka.TestKit.Xunit2;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

public sealed class RestartedSystemTests() : TestKit(Hocon(0), "watcher")
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task A_watch_ends_with_its_system_even_when_that_is_killed_before_the_first_heartbeat_and_starts_again()
    {
        var first = ActorSystem.Create("peer", ConfigurationFactory.ParseString(Hocon(0)));
        var address = ((ExtendedActorSystem)first).Provider.DefaultAddress;
        first.ActorOf(Props.Create(() => new Echo()), "echo");
        var echo = await Sys.ActorSelection(address + "/user/echo").ResolveOne(Patience);
        Watch(echo);
        echo.Tell("there", TestActor);
        ExpectMsg("there", Patience);

        await KillAsync(first);
        using var second = ActorSystem.Create("peer", ConfigurationFactory.ParseString(Hocon(address.Port!.Value)));
        second.ActorOf(Props.Create(() => new Echo()), "echo");
        await AwaitAssertAsync(async () => await Sys.ActorSelection(address + "/user/echo").ResolveOne(TimeSpan.FromMilliseconds(500)), Patience);

        ExpectTerminated(echo, Patience);
        await second.Terminate();
    }

    /// <summary>Without a word to anybody, as a killed process ends.</summary>
    private static async Task KillAsync(ActorSystem system)
    {
        ((RemoteActorRefProvider)((ExtendedActorSystem)system).Provider).Remoting.Dispose();
        await system.Terminate();
    }

    private static string Hocon(int port) => $$"""
        akka {
          loglevel = OFF
          actor.provider = remote
          coordinated-shutdown.run-by-clr-shutdown-hook = off
          remote {
            dot-netty.tcp { hostname = "127.0.0.1", port = {{port}} }
            flush-wait-on-shutdown = 100ms
            watch-failure-detector.heartbeat-interval = 60s
          }
        }
        """;

    private sealed class Echo : UntypedActor
    {
        protected override void OnReceive(object message) => Sender.Tell(message, Self);
    }
}
