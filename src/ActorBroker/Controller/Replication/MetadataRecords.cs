using System.Text.Json;
using ActorBroker.Log;
using ActorBroker.Raft;
using ActorBroker.Storage;

namespace ActorBroker.Controller.Replication;

/// <summary>Records of the metadata log: one batch of one record for everything that is proposed together, so that it is there as a whole
/// or not at all.</summary>
/// <remarks><code>value  [[manifest, event], …]   JSON; manifests and events as in <see cref="StateSerializer"/></code></remarks>
internal static class MetadataRecords
{
    /// <summary>Largest record, in bytes: a topic of 100,000 partitions has about a tenth of it.</summary>
    public const int BytesMax = 32 * ByteSizes.MiB;

    public static byte[] Batch(IReadOnlyList<IMetadataEvent> events, long timestampMs)
    {
        using var value = new MemoryStream();
        using (var json = new Utf8JsonWriter(value))
        {
            json.WriteStartArray();
            foreach (var each in events)
            {
                json.WriteStartArray();
                json.WriteStringValue(StateSerializer.ManifestOf(each));
                json.WriteRawValue(StateSerializer.Write(each), skipInputValidation: true);
                json.WriteEndArray();
            }

            json.WriteEndArray();
        }

        var batch = new BatchWriter();
        batch.Add(timestampMs, NullableBytes.Null, value.GetBuffer().AsSpan(0, (int)value.Length));
        return batch.ToArray();
    }

    /// <summary>The record by which a new leader, or a change of the group, shows in the log.</summary>
    public static byte[] Control(Membership? membership, long timestampMs)
    {
        var type = membership is null ? ControlType.LeaderChange : ControlType.RaftVoters;
        return ControlRecord.Batch(type, System.Text.Encoding.UTF8.GetBytes(membership?.ToString() ?? ""), timestampMs);
    }

    /// <summary>The events of a batch; empty for a control batch.</summary>
    /// <exception cref="JsonException">It holds something else.</exception>
    public static IReadOnlyList<IMetadataEvent> Read(BatchView batch)
    {
        var events = new List<IMetadataEvent>();
        if (batch.IsControl)
        {
            return events;
        }

        using var records = new RecordReader(batch);
        while (records.MoveNext())
        {
            var json = new Utf8JsonReader(records.Current.Value.Span);
            using var document = JsonDocument.ParseValue(ref json);
            try
            {
                foreach (var each in document.RootElement.EnumerateArray())
                {
                    events.Add((IMetadataEvent)StateSerializer.Read(each[0].GetString() ?? "", each[1]));
                }
            }
            catch (Exception other) when (other is InvalidOperationException or IndexOutOfRangeException or ArgumentException or InvalidCastException)
            {
                throw new JsonException($"a metadata record is not a list of [manifest, event]: {other.Message}", other);
            }
        }

        return records.Error == BatchError.None ? events : throw new JsonException($"a metadata record cannot be read: {records.Error}");
    }
}
