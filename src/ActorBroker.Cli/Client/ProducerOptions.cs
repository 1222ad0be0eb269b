using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>How records are sent.</summary>
/// <param name="Acks">0: nobody answers. 1: the leader has it. −1: all replicas in sync have it.</param>
/// <param name="BatchBytes">A batch is sent when it has so many bytes before compression.</param>
/// <param name="Linger">A batch that is not full is sent after this time.</param>
/// <param name="DeliveryTimeout">A batch that is not acknowledged within this time ends the producer.</param>
/// <param name="Partition">All records go there; null: by key, or in turns without one.</param>
internal sealed record ProducerOptions(
    short Acks, CompressionCodec Codec, int BatchBytes, TimeSpan Linger, TimeSpan DeliveryTimeout, int? Partition)
{
    /// <summary>The most that idempotent brokers remember per partition (wire protocol, idempotent producer).</summary>
    public const int InFlightMax = 5;

    /// <summary>Records that wait or are on their way, in bytes; above it, adding waits.</summary>
    public long BufferBytesMax { get; init; } = 32 * ByteSizes.MiB;

    /// <summary>One Produce request, in bytes.</summary>
    public int RequestBytesMax { get; init; } = 8 * ByteSizes.MiB;

    /// <summary>Retries cannot make duplicates. Needs an answer to each request.</summary>
    public bool IsIdempotent => Acks != 0;
}
