using Akka.Actor;

namespace Akka.Persistence;

#nullable disable annotations // as in IPersistentRepresentation

/// <summary>What goes through a journal in order: an <see cref="AtomicWrite"/>, or an event that is only deferred.</summary>
public interface IPersistentEnvelope
{
    object Payload { get; }

    IActorRef Sender { get; }

    /// <summary>Events in it.</summary>
    int Size { get; }
}
