namespace Akka.Actor;

/// <summary>The two references that are none.</summary>
public static class ActorRefs
{
    /// <summary>A reference that swallows everything.</summary>
    public static readonly Nobody Nobody = Nobody.Instance;

    /// <summary>Null: the receiver's <c>Sender</c> becomes the dead letters.</summary>
    public static readonly IActorRef? NoSender;
}
