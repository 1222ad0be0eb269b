using Akka.Actor;
using Akka.Configuration;

namespace Akka.Persistence;

/// <summary>Id of the extension: <c>Persistence.Instance.Apply(system)</c>.</summary>
public class Persistence : ExtensionIdProvider<PersistenceExtension>
{
    public static Persistence Instance { get; } = new();

    /// <summary>The defaults of <c>akka.persistence</c>.</summary>
    public static Config DefaultConfig() => ConfigurationFactory.Reference("Persistence.persistence.conf");

    public override PersistenceExtension CreateExtension(ExtendedActorSystem system) => new(system);
}
