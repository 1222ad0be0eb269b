using Akka.Configuration;
using Akka.Util;

namespace Akka.Actor;

/// <summary>A supervisor strategy by the name of a class, for <c>akka.actor.guardian-supervisor-strategy</c>.</summary>
public abstract class SupervisorStrategyConfigurator
{
    /// <exception cref="ConfigurationException">No such class.</exception>
    public static SupervisorStrategyConfigurator CreateConfigurator(string typeName)
    {
        var type = ConfiguredTypes.Find(typeName)
            ?? throw new ConfigurationException($"akka.actor.guardian-supervisor-strategy: there is no class [{typeName}].");
        return Activator.CreateInstance(type) as SupervisorStrategyConfigurator
            ?? throw new ConfigurationException(
                $"akka.actor.guardian-supervisor-strategy: [{typeName}] is not a SupervisorStrategyConfigurator.");
    }

    public abstract SupervisorStrategy Create();
}
