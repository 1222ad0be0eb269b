namespace ActorBroker.Clients.Acceptance.Records;

/// <summary>A record as it was given to a client or came back from one.</summary>
/// <param name="Partition">−1 leaves the choice to the client's partitioner.</param>
/// <param name="Offset">−1 before it is stored.</param>
/// <param name="Timestamp">Milliseconds since 1970; −1 leaves it to the client's clock.</param>
internal sealed record KafkaRecord(string Topic, int Partition, long Offset, long Timestamp, byte[]? Key, byte[]? Value,
    IReadOnlyList<RecordHeader> Headers)
{
    public static KafkaRecord ToSend(string topic, int partition, byte[]? key, byte[]? value, long timestamp = -1,
        params RecordHeader[] headers) => new(topic, partition, -1, timestamp, key, value, headers);

    public override string ToString() =>
        $"{Topic}/{Partition}@{Offset} key {Length(Key)}, value {Length(Value)}, {Headers.Count} headers";

    private static string Length(byte[]? bytes) => bytes is null ? "null" : $"{bytes.Length} bytes";
}

/// <summary>A record header; names may repeat, values may be null.</summary>
internal sealed record RecordHeader(string Name, byte[]? Value);
