namespace Akka.Dispatch;

/// <summary>Hands a simulation's queue to a system's <see cref="DeterministicDispatcherConfigurator"/>.</summary>
public sealed class DeterministicSetup(DeterministicQueue queue) : Actor.Setup.Setup
{
    public DeterministicQueue Queue { get; } = queue;
}
