using ActorBroker.Log;

namespace ActorBroker.Client;

/// <summary>A record to be written.</summary>
/// <param name="Topic">Created when it is missing, where the cluster allows that.</param>
/// <param name="Key">Null: the record has no key, and any partition will do.</param>
/// <param name="Value">Null: a tombstone, which deletes the key from a compacted topic.</param>
public readonly record struct ProducerRecord<TKey, TValue>(string Topic, TKey? Key, TValue? Value)
{
    /// <summary>Null: the partitioner chooses.</summary>
    public int? Partition { get; init; }

    /// <summary>Must not change before the record is acknowledged.</summary>
    public IReadOnlyList<RecordHeader>? Headers { get; init; }

    /// <summary>Null: the time of the call. Topics with log append time ignore it.</summary>
    public DateTimeOffset? Timestamp { get; init; }
}
