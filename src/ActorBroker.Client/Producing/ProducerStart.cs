using Akka.Actor;

namespace ActorBroker.Client.Producing;

/// <summary>Puts the halves of a producer together.</summary>
internal static class ProducerStart
{
    private static int _number;

    public static RecordSender<TKey, TValue> Start<TKey, TValue>(BrokerClient client, ProducerOptions<TKey, TValue> options)
    {
        var settings = ProducerSettings.Read(client.System).With(options);
        var keys = options.KeySerializer ?? Serializers.Default<TKey>();
        var values = options.ValueSerializer ?? Serializers.Default<TValue>();
        var scheduler = client.System.Scheduler;
        var accumulator = new Accumulator(settings, options.Partitioner ?? new DefaultPartitioner(), () => scheduler.MonotonicClock);
        var shared = new ProducerShared(client.Cluster, settings, accumulator);
        var engine = client.System.ActorOf(
            Props.Create(() => new ProducerEngineActor(shared)), $"actorbroker-producer-{Interlocked.Increment(ref _number)}");
        shared.Engine = engine;
        accumulator.WakeBy(() => engine.Tell(Wake.Instance, ActorRefs.NoSender));
        return new RecordSender<TKey, TValue>(shared, keys, values, options.Clock ?? TimeProvider.System);
    }
}
