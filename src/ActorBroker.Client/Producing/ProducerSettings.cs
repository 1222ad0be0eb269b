using ActorBroker.Log;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client;

/// <summary>actorbroker.client.producer.* – documented in reference.conf, where the defaults are – with a producer's options over it.</summary>
internal sealed record ProducerSettings(
    ProducerAcks Acks,
    bool IsIdempotent,
    TimeSpan Linger,
    int BatchBytes,
    long BufferBytes,
    int MaxWaiting,
    int ActorMaxPending,
    TimeSpan MaxBlock,
    int MaxInFlight,
    TimeSpan DeliveryTimeout,
    TimeSpan CloseTimeout,
    CompressionCodec Compression)
{
    public const int BatchBytesMin = ByteSizes.KiB;

    /// <summary>The broker remembers that many batches of a producer in a partition.</summary>
    public const int MaxInFlightMax = 5;

    private static readonly TimeSpan DurationMax = TimeSpan.FromDays(24);   // what timers take: 2^31 ms

    /// <exception cref="ConfigurationException">A setting cannot be used.</exception>
    public static ProducerSettings Read(ActorSystem system)
    {
        var at = new ClientConfig(system.Settings.Config, ClientSettings.Path).At("producer");
        return new ProducerSettings(
            Name(at, "acks", ("all", ProducerAcks.All), ("leader", ProducerAcks.Leader), ("none", ProducerAcks.None)),
            at.Flag("idempotence"),
            at.Duration("linger", TimeSpan.Zero, TimeSpan.FromHours(1)),
            (int)at.Bytes("batch-bytes", BatchBytesMin, ByteSizes.GiB),
            at.Bytes("buffer-bytes", BatchBytesMin, long.MaxValue),
            at.Count("max-waiting", 0, int.MaxValue),
            at.Count("actor-max-pending", 1, int.MaxValue),
            at.Duration("max-block", TimeSpan.Zero, DurationMax),
            at.Count("max-in-flight", 1, MaxInFlightMax),
            at.Duration("delivery-timeout", TimeSpan.FromMilliseconds(1), DurationMax),
            at.Duration("close-timeout", TimeSpan.Zero, DurationMax),
            Name(at, "compression", [.. Enum.GetValues<CompressionCodec>().Select(codec => (codec.ToString(), codec))]));
    }

    /// <exception cref="ArgumentOutOfRangeException">An option is out of bounds.</exception>
    public ProducerSettings With<TKey, TValue>(ProducerOptions<TKey, TValue> options)
    {
        var settings = new ProducerSettings(
            options.Acks ?? Acks,
            options.IsIdempotent ?? IsIdempotent,
            options.Linger ?? Linger,
            options.BatchBytes ?? BatchBytes,
            options.BufferBytes ?? BufferBytes,
            options.MaxWaiting ?? MaxWaiting,
            options.ActorMaxPending ?? ActorMaxPending,
            options.MaxBlock ?? MaxBlock,
            options.MaxInFlight ?? MaxInFlight,
            options.DeliveryTimeout ?? DeliveryTimeout,
            options.CloseTimeout ?? CloseTimeout,
            options.Compression ?? Compression);
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.Linger, TimeSpan.Zero, nameof(options.Linger));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BatchBytes, BatchBytesMin, nameof(options.BatchBytes));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.BatchBytes, ByteSizes.GiB, nameof(options.BatchBytes));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.BufferBytes, BatchBytesMin, nameof(options.BufferBytes));
        ArgumentOutOfRangeException.ThrowIfNegative(settings.MaxWaiting, nameof(options.MaxWaiting));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.ActorMaxPending, 1, nameof(options.ActorMaxPending));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxBlock, TimeSpan.Zero, nameof(options.MaxBlock));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.MaxInFlight, 1, nameof(options.MaxInFlight));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(settings.MaxInFlight, MaxInFlightMax, nameof(options.MaxInFlight));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(settings.DeliveryTimeout, TimeSpan.Zero, nameof(options.DeliveryTimeout));
        ArgumentOutOfRangeException.ThrowIfLessThan(settings.CloseTimeout, TimeSpan.Zero, nameof(options.CloseTimeout));
        return settings;
    }

    private static T Name<T>(ClientConfig at, string name, params (string Name, T Value)[] known)
    {
        var text = at.Text(name);
        foreach (var (key, value) in known)
        {
            if (string.Equals(key, text, StringComparison.OrdinalIgnoreCase))
            {
                return value;
            }
        }

        throw new ConfigurationException(
            $"{at.Full(name)} = {text} is not one of {string.Join(", ", known.Select(pair => pair.Name.ToLowerInvariant()))}.");
    }
}
