using ActorBroker.Client;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Clients.Acceptance.Native;

/// <summary>An application of its own: an actor system with remoting and a client of one node.</summary>
internal sealed class NativeSystem : IAsyncDisposable
{
    public NativeSystem(string contactPoint)
    {
        System = ActorSystem.Create("application", ConfigurationFactory.ParseString($$"""
            akka {
              loglevel = ERROR
              actor.provider = remote
              remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
              coordinated-shutdown.run-by-clr-shutdown-hook = off
            }
            actorbroker.client.contact-points = ["{{contactPoint}}"]
            """));
        Client = BrokerClient.Get(System);
    }

    public ActorSystem System { get; }

    public BrokerClient Client { get; }

    public async ValueTask DisposeAsync() => await System.Terminate().WaitAsync(TimeSpan.FromSeconds(30));
}
