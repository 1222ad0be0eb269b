using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>A message that was sent and is not confirmed.</summary>
public sealed record UnconfirmedDelivery
{
    public UnconfirmedDelivery(long deliveryId, ActorPath destination, object message)
    {
        DeliveryId = deliveryId;
        Destination = destination;
        Message = message;
    }

    public long DeliveryId { get; }

    public ActorPath Destination { get; }

    public object Message { get; }
}

/// <summary>To the sending actor: these have been sent again and again.</summary>
public sealed record UnconfirmedWarning
{
    public UnconfirmedWarning(UnconfirmedDelivery[] unconfirmedDeliveries) => UnconfirmedDeliveries = unconfirmedDeliveries;

    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }
}

/// <summary>The state of at-least-once delivery, for the actor's own snapshots.</summary>
public sealed class AtLeastOnceDeliverySnapshot : IMessage, IEquatable<AtLeastOnceDeliverySnapshot>
{
    public AtLeastOnceDeliverySnapshot(long currentDeliveryId, UnconfirmedDelivery[] unconfirmedDeliveries)
    {
        CurrentDeliveryId = currentDeliveryId;
        UnconfirmedDeliveries = unconfirmedDeliveries
            ?? throw new ArgumentNullException(nameof(unconfirmedDeliveries), "Unconfirmed deliveries cannot be null.");
    }

    public long CurrentDeliveryId { get; }

    public UnconfirmedDelivery[] UnconfirmedDeliveries { get; }

    public bool Equals(AtLeastOnceDeliverySnapshot? other) =>
        other is not null && CurrentDeliveryId == other.CurrentDeliveryId && UnconfirmedDeliveries.SequenceEqual(other.UnconfirmedDeliveries);

    public override bool Equals(object? obj) => Equals(obj as AtLeastOnceDeliverySnapshot);

    public override int GetHashCode() => HashCode.Combine(CurrentDeliveryId, UnconfirmedDeliveries.Length);

    public override string ToString() =>
        $"AtLeastOnceDeliverySnapshot<currentDeliveryId: {CurrentDeliveryId}, unconfirmedDeliveries: {UnconfirmedDeliveries.Length}>";
}

/// <summary>More messages are unconfirmed than <c>max-unconfirmed-messages</c>.</summary>
public class MaxUnconfirmedMessagesExceededException : Exception
{
    public MaxUnconfirmedMessagesExceededException()
    {
    }

    public MaxUnconfirmedMessagesExceededException(string message)
        : base(message)
    {
    }

    public MaxUnconfirmedMessagesExceededException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
