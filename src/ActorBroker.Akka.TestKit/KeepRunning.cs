using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What a pilot returns to stay.</summary>
public sealed class KeepRunning : AutoPilot
{
    public static readonly KeepRunning Instance = new();

    private KeepRunning()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) =>
        throw new InvalidOperationException("KeepRunning is what a pilot returns; it is no pilot to install.");
}
