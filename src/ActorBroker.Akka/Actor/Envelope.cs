namespace Akka.Actor;

/// <summary>A message and who sent it, as it waits in a mailbox.</summary>
public readonly struct Envelope
{
    /// <param name="message">The message.</param>
    /// <param name="sender">Null for nobody.</param>
    /// <param name="system">Its dead letters stand in for a missing sender.</param>
    public Envelope(object message, IActorRef? sender, ActorSystem system)
    {
        Message = message;
        Sender = sender ?? system.DeadLetters;
    }

    public Envelope(object message, IActorRef? sender)
    {
        Message = message;
        Sender = sender!;
    }

    /// <summary>Null when nobody sent it.</summary>
    public IActorRef Sender { get; }

    public object Message { get; }

    public override string ToString() => $"<{(Sender is null or Nobody ? "NoSender" : Sender.ToString())}: {Message}>";
}
