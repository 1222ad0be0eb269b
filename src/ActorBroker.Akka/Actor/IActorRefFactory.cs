namespace Akka.Actor;

/// <summary>What makes actors and finds them: the system (top level) or an actor's context (its children).</summary>
public interface IActorRefFactory
{
    /// <param name="props">The recipe.</param>
    /// <param name="name">Unique among the siblings; null for a generated one ($a, $b, …).</param>
    /// <exception cref="InvalidActorNameException">The name is taken or not a valid path element.</exception>
    IActorRef ActorOf(Props props, string? name = null);

    ActorSelection ActorSelection(ActorPath actorPath);

    /// <param name="actorPath">Absolute ("/user/a", "akka://sys/user/a") or relative to this actor; <c>*</c> and <c>?</c>
    /// match within one element.</param>
    ActorSelection ActorSelection(string actorPath);
}
