namespace Akka.Actor;

/// <summary><see cref="SupervisorStrategy.StoppingStrategy"/> by name.</summary>
public class StoppingSupervisorStrategy : SupervisorStrategyConfigurator
{
    public override SupervisorStrategy Create() => SupervisorStrategy.StoppingStrategy;
}
