namespace ActorBroker.Client;

/// <summary>From a <see cref="ConsumerActor"/> to its target: one record, to be answered with <see cref="Ack"/> once it is processed.
/// It may come more than once, under the same number.</summary>
/// <param name="DeliveryId">Rising, unique in the life of the consumer actor.</param>
public sealed record Delivered<TKey, TValue>(ConsumeResult<TKey, TValue> Record, long DeliveryId);

/// <summary>To the sender of <see cref="Delivered{TKey, TValue}"/>: that record is processed and need not come again. In any order.</summary>
public sealed record Ack(long DeliveryId);

/// <summary>To the sender of <see cref="Delivered{TKey, TValue}"/>: the target has begun anew, and wants again what it has not acknowledged.</summary>
public sealed record Ready
{
    public static readonly Ready Instance = new();
}
