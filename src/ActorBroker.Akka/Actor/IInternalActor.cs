namespace Akka.Actor;

/// <summary>The context of an actor instance, for the runtime.</summary>
public interface IInternalActor
{
    IActorContext ActorContext { get; }
}
