using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A pilot made of a function.</summary>
public sealed class DelegateAutoPilot : AutoPilot
{
    private readonly Func<IActorRef, object, AutoPilot> _func;

    public DelegateAutoPilot(Func<IActorRef, object, AutoPilot> func) => _func = func;

    public override AutoPilot Run(IActorRef sender, object message) => _func(sender, message);
}
