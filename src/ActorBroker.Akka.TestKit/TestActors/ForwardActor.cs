using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Forwards what it gets to one actor.</summary>
public class ForwardActor : ActorBase
{
    private readonly IActorRef _target;

    public ForwardActor(IActorRef target) => _target = target;

    public static Props Props(IActorRef target) => Actor.Props.Create(() => new ForwardActor(target));

    protected override bool Receive(object message)
    {
        _target.Forward(message);
        return true;
    }
}
