using Akka.Actor;

namespace Akka.TestKit;

/// <summary>Drives nothing: ends the pilot before it.</summary>
public sealed class NoAutoPilot : AutoPilot
{
    public static readonly NoAutoPilot Instance = new();

    private NoAutoPilot()
    {
    }

    public override AutoPilot Run(IActorRef sender, object message) => this;
}
