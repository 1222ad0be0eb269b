using Akka.Actor;

namespace Akka.Event;

/// <summary>A dead letter that nobody needs to hear of, see <see cref="IDeadLetterSuppression"/>.</summary>
public sealed class SuppressedDeadLetter : AllDeadLetters
{
    public SuppressedDeadLetter(object message, IActorRef sender, IActorRef recipient)
        : base(message, sender, recipient)
    {
        ArgumentNullException.ThrowIfNull(sender);
        ArgumentNullException.ThrowIfNull(recipient);
    }
}
