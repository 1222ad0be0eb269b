namespace Akka.Actor;

/// <summary>An actor's constructor or PreStart failed. By default its supervisor stops it.</summary>
public class ActorInitializationException : AkkaException
{
    public ActorInitializationException()
    {
    }

    public ActorInitializationException(string message)
        : base(message)
    {
    }

    public ActorInitializationException(string message, Exception cause)
        : base(message, cause)
    {
    }

    public ActorInitializationException(IActorRef actor, string message, Exception? cause = null)
        : base(message, cause) => Actor = actor;

    /// <summary>Null when it is not known.</summary>
    public IActorRef Actor { get; set; } = null!;

    public override string ToString() => Actor is null ? base.ToString() : Actor + ": " + base.ToString();
}
