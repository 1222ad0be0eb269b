using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>Id of the extension. Naming it in <c>akka.extensions</c> makes the client when the system starts.</summary>
public sealed class BrokerClientProvider : ExtensionIdProvider<BrokerClient>
{
    public static readonly BrokerClientProvider Instance = new();

    public override BrokerClient CreateExtension(ExtendedActorSystem system) => new(system);
}
