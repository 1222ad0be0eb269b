namespace Akka.Actor;

/// <summary>Something that takes messages: a reference or a selection.</summary>
public interface ICanTell
{
    /// <summary>Sends and forgets. Never blocks on a full mailbox longer than that mailbox's push timeout.</summary>
    /// <param name="message">Not null; not changed by anyone afterwards.</param>
    /// <param name="sender">Whom the receiver answers; null for nobody.</param>
    void Tell(object message, IActorRef? sender);
}
