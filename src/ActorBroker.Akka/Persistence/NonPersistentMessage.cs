using Akka.Actor;

namespace Akka.Persistence;

/// <summary>An event that is not written and waits for its turn behind those that are.</summary>
internal sealed record NonPersistentMessage(object Payload, IActorRef Sender) : IPersistentEnvelope
{
    public int Size => 1;
}
