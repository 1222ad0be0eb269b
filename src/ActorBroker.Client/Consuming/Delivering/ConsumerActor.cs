using ActorBroker.Client.Consuming;
using Akka.Actor;

namespace ActorBroker.Client;

/// <summary>
/// A consumer as an actor: sends each record to a target as <see cref="Delivered{TKey, TValue}"/> and expects an <see cref="Ack"/> for it.
/// At most <see cref="ConsumerActorOptions{TKey, TValue}.MaxUnacked"/> are under way. A record counts as processed when it and all before it
/// in its partition are acknowledged; only that is committed. What is not acknowledged is delivered again, in order: when the target says
/// <see cref="Ready"/>, when it has died and another one has taken its place, and after a timeout.
/// </summary>
/// <remarks>It fails where reading fails for good (<see cref="BrokerException"/>), so that its supervisor decides; a new incarnation goes on
/// at the committed positions. When it stops, it commits what is acknowledged and leaves its group.</remarks>
public static class ConsumerActor
{
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    public static Props Props<TKey, TValue>(BrokerClient client, ConsumerActorOptions<TKey, TValue> options)
    {
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaxUnacked, 1);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.RedeliverAfter, TimeSpan.FromMilliseconds(1));
        ArgumentOutOfRangeException.ThrowIfLessThan(options.CommitInterval, TimeSpan.FromMilliseconds(1));
        if (options.Topics.IsEmpty == options.Partitions.IsEmpty)
        {
            throw new ArgumentException("Either Topics or Partitions is to be set.", nameof(options));
        }

        if (options.Consumer.Delivery != Delivery.AtLeastOnce)
        {
            throw new ArgumentException("A consumer actor delivers at least once.", nameof(options));
        }

        return Akka.Actor.Props.Create(() => new DeliveryActor<TKey, TValue>(client, options));
    }
}
