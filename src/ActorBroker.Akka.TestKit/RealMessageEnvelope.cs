using Akka.Actor;

namespace Akka.TestKit;

/// <summary>A received message.</summary>
public class RealMessageEnvelope : MessageEnvelope
{
    public RealMessageEnvelope(object message, IActorRef sender)
    {
        Message = message;
        Sender = sender;
    }

    public override object Message { get; }

    public override IActorRef Sender { get; }

    public override string ToString() => $"<{Message ?? "null"}> from {(Sender is null || Sender.IsNobody() ? "NoSender" : Sender.ToString())}";
}
