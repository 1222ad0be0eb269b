using ActorBroker.Kafka.Messages;

namespace ActorBroker.Cli.Client;

/// <summary>Batches of one partition, as a broker sent them. The bytes are valid until the next ones are asked for.</summary>
/// <param name="From">The offset that was asked for; the first batch may begin before it.</param>
/// <param name="End">Where reading ends, exclusive; null: nowhere.</param>
internal readonly record struct FetchedRecords(
    int Partition, ReadOnlyMemory<byte> Bytes, long From, long? End, IReadOnlyList<FetchResponse.AbortedTransaction> Aborted);
