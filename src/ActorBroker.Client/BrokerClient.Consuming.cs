using ActorBroker.Client.Consuming;
using Akka.Configuration;

namespace ActorBroker.Client;

public sealed partial class BrokerClient
{
    /// <summary>Makes a consumer. It reads nothing until it is assigned or subscribed. The caller disposes of it.</summary>
    /// <exception cref="ArgumentException">An option cannot be used.</exception>
    /// <exception cref="ConfigurationException">A setting below <c>actorbroker.client.consumer</c> cannot be used; the message names key and value.</exception>
    public Consumer<TKey, TValue> CreateConsumer<TKey, TValue>(ConsumerOptions<TKey, TValue>? options = null)
    {
        options ??= new ConsumerOptions<TKey, TValue>();
        return new Consumer<TKey, TValue>(this, ConsumerSettings.Read(System.Settings.Config, Settings.ClientId, options), options);
    }
}
