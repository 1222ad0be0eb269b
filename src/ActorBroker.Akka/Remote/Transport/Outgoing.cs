using Akka.Actor;
using Akka.Remote.Wire;

namespace Akka.Remote.Transport;

/// <summary>Something that waits to be written.</summary>
/// <param name="Message">The message; or, without a recipient, a whole frame as bytes.</param>
internal readonly record struct Outgoing(object Message, IActorRef? Sender, RemoteActorRef? Recipient, ulong Sequence)
{
    public static Outgoing Frame(byte[] frame) => new(frame, null, null, EnvelopeFrame.NoSequence);
}
