using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client.Tests.Admin;

/// <summary>A node, and an application in an actor system of its own that reaches it over the network.</summary>
public sealed class RemoteNode : IAsyncLifetime
{
    public BrokerNode Node { get; private set; } = null!;

    public ActorSystem System { get; private set; } = null!;

    public BrokerClient Client { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        Node = await BrokerNode.StartAsync();
        System = Application(Node.AkkaAddress);
        Client = BrokerClient.Get(System);
    }

    public async Task DisposeAsync()
    {
        await System.Terminate();
        await Node.DisposeAsync();
    }

    /// <param name="contactPoints">In the order in which they are tried.</param>
    public static ActorSystem Application(params string[] contactPoints) => ActorSystem.Create("app", ConfigurationFactory.ParseString($$"""
        akka {
          loglevel = OFF
          stdout-loglevel = OFF
          actor.provider = remote
          remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
        }
        actorbroker.client {
          contact-points = [{{string.Join(", ", contactPoints.Select(point => $"\"{point}\""))}}]
          metadata-backoff-min = 5ms
          metadata-backoff-max = 50ms
          connect-timeout = 1s
        }
        """));
}
