using Akka.Actor;

namespace Akka.TestKit;

/// <summary>What the last message is before there was one.</summary>
public sealed class NullMessageEnvelope : MessageEnvelope
{
    public static readonly NullMessageEnvelope Instance = new();

    private NullMessageEnvelope()
    {
    }

    public override object Message => throw new IllegalActorStateException("last receive did not dequeue a message");

    public override IActorRef Sender => throw new IllegalActorStateException("last receive did not dequeue a message");

    public override string ToString() => "<null envelope>";
}
