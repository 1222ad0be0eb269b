using ActorBroker.Log;

namespace ActorBroker.Client;

/// <summary>What one producer does differently from <c>actorbroker.client.producer</c>, where each of these is described; null: nothing.</summary>
public sealed record ProducerOptions<TKey, TValue>
{
    /// <summary>Null: the default one of the type, see <see cref="Serializers.Default{T}"/>.</summary>
    public ISerializer<TKey>? KeySerializer { get; init; }

    /// <inheritdoc cref="KeySerializer"/>
    public ISerializer<TValue>? ValueSerializer { get; init; }

    /// <summary>Null: a <see cref="DefaultPartitioner"/> of its own.</summary>
    public IPartitioner? Partitioner { get; init; }

    public ProducerAcks? Acks { get; init; }

    public bool? IsIdempotent { get; init; }

    public TimeSpan? Linger { get; init; }

    public int? BatchBytes { get; init; }

    public long? BufferBytes { get; init; }

    public int? MaxWaiting { get; init; }

    public int? ActorMaxPending { get; init; }

    public TimeSpan? MaxBlock { get; init; }

    public int? MaxInFlight { get; init; }

    public TimeSpan? DeliveryTimeout { get; init; }

    public TimeSpan? CloseTimeout { get; init; }

    public CompressionCodec? Compression { get; init; }

    /// <summary>Gives records their timestamps. Null: the system's.</summary>
    public TimeProvider? Clock { get; init; }
}
