namespace Akka.Actor;

/// <summary>Sending without naming the sender: it is the actor whose code runs on this thread, or nobody.</summary>
public static class ActorRefImplicitSenderExtensions
{
    /// <remarks>The receiver may be declared as maybe null, as in Akka.NET, whose API knows no annotations here.</remarks>
    /// <exception cref="InvalidMessageException">The message is null.</exception>
    public static void Tell(this IActorRef? receiver, object message)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        receiver.Tell(message, ActorCell.GetCurrentSelfOrNoSender());
    }

    /// <summary>Sends the message on behalf of the sender of the current message.</summary>
    public static void Forward(this IActorRef? receiver, object message)
    {
        ArgumentNullException.ThrowIfNull(receiver);
        receiver.Tell(message, ActorCell.GetCurrentSenderOrNoSender());
    }
}
