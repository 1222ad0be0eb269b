namespace ActorBroker.Clients.Acceptance.Drivers;

/// <param name="Codec">none, gzip, snappy, lz4 or zstd.</param>
/// <param name="Acks">0, 1 or all.</param>
/// <param name="RecordsPerSecond">0 is as fast as it goes.</param>
/// <param name="BatchRecordsMax">Records of one batch, so that a test knows how many requests there are at least; for the
/// clients on librdkafka only.</param>
internal sealed record ProduceOptions(
    string Codec = "none", string Acks = "all", bool IsIdempotent = false, int RecordsPerSecond = 0, int BatchRecordsMax = 10_000);
