using Akka.Actor;

namespace Akka.TestKit.TestActors;

/// <summary>Drops what it gets.</summary>
public class BlackHoleActor : ActorBase
{
    public static Props Props => Actor.Props.Create(() => new BlackHoleActor());

    protected override bool Receive(object message) => true;
}
