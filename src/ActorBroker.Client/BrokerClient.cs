using ActorBroker.Client.Cluster;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client;

/// <summary>
/// The native client of an actor system: one for all of its producers, consumers and administration. It ends with the system.
/// </summary>
/// <remarks>Safe from any thread.</remarks>
public sealed partial class BrokerClient : IExtension
{
    internal BrokerClient(ExtendedActorSystem system)
    {
        system.Settings.InjectTopLevelFallback(DefaultConfig());
        System = system;
        Settings = ClientSettings.Read(system);
        RequireTransport(system, Settings);
        SessionSerializer.Register(system);
        Cluster = ClusterAccess.Start(system, Settings);
        Admin = new BrokerAdmin(Cluster, system.Scheduler);
    }

    /// <summary>As they were read when the client was made.</summary>
    public ClientSettings Settings { get; }

    public BrokerAdmin Admin { get; }

    internal ClusterAccess Cluster { get; }

    internal ActorSystem System { get; }

    /// <summary>The client of <paramref name="system"/>; made at the first call.</summary>
    /// <exception cref="ConfigurationException">A setting below <c>actorbroker.client</c> cannot be used; the message names key and value.</exception>
    public static BrokerClient Get(ActorSystem system) => BrokerClientProvider.Instance.Apply(system);

    /// <summary>The content of reference.conf.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.FromResource<BrokerClient>("ActorBroker.Client.reference.conf");

    private static void RequireTransport(ExtendedActorSystem system, ClientSettings settings)
    {
        var remote = settings.ContactPoints.FirstOrDefault(point => point.Contains('@', StringComparison.Ordinal));
        if (remote is not null && system.Provider.DefaultAddress.HasLocalScope)
        {
            throw new ConfigurationException(
                $"{ClientSettings.Path}.contact-points: \"{remote}\" cannot be reached, because actor system {system.Name} has no remoting. "
                + "Set akka.actor.provider = remote, and akka.remote.dot-netty.tcp.hostname and port.");
        }
    }
}
