using ActorBroker.Kafka;
using ActorBroker.Log;

namespace ActorBroker.Cli.Client;

/// <summary>A finished batch on its way to one partition. Its bytes and its sequence stay the same however often it is sent.</summary>
/// <param name="Number">Counts the batches of a partition, so that retries keep their order.</param>
/// <param name="BufferedBytes">What it counts against the buffer: its size before compression.</param>
/// <param name="Started">Timestamp of the clock when its first record came.</param>
internal sealed record ProducedBatch(PartitionQueue Queue, long Number, BatchLease Bytes, int Records, int BufferedBytes, long Started)
{
    public ErrorCode LastError { get; set; }

    public string? LastFailure { get; set; }
}

/// <summary>Batches of several partitions for one broker: one Produce request.</summary>
internal sealed record ProduceDispatch(int Leader, IReadOnlyList<ProducedBatch> Batches);

/// <summary>A batch that the broker has.</summary>
/// <param name="BaseOffset">−1 with acks 0, when nobody says.</param>
internal readonly record struct AcknowledgedBatch(int Partition, long BaseOffset, int Records);
