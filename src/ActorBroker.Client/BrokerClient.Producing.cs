namespace ActorBroker.Client;

public sealed partial class BrokerClient
{
    /// <summary>A producer of this client. Dispose it: what it has accepted is written then.</summary>
    /// <param name="options">Null: all as the configuration says.</param>
    /// <exception cref="ArgumentException">A type has no default serializer, or an option is out of bounds.</exception>
    public Producer<TKey, TValue> CreateProducer<TKey, TValue>(ProducerOptions<TKey, TValue>? options = null) =>
        new(this, options ?? new ProducerOptions<TKey, TValue>());
}
