namespace Akka.Serialization;

public class Serialization(Actor.ExtendedActorSystem system)
{
    public Actor.ExtendedActorSystem System { get; } = system;

    public static string SerializedActorPath(Actor.IActorRef actorRef) => actorRef.Path.ToSerializationFormat();
}
