namespace Akka.Actor;

/// <summary><see cref="SupervisorStrategy.DefaultStrategy"/> by name.</summary>
public class DefaultSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.DefaultStrategy;
}
