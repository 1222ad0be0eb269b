namespace ActorBroker.Log;

/// <summary>Steps over plain records without building anything: are they exactly what the batch says?</summary>
internal static class RecordWalk
{
    /// <summary>Checks that the payload is <paramref name="recordCount"/> records with offset deltas 0, 1, 2 …, and nothing else.</summary>
    public static BatchError Check(ReadOnlySpan<byte> payload, int recordCount, bool keysRequired)
    {
        var at = 0;
        for (var i = 0; i < recordCount; i++)
        {
            if (!RecordLayout.TryRead(payload, ref at, out var record)) return BatchError.BadRecords;
            if (record.OffsetDelta != i) return BatchError.BadRecords;
            if (keysRequired && record.KeyBytes < 0) return BatchError.MissingKey;
        }

        return at == payload.Length ? BatchError.None : BatchError.BadRecords;
    }
}
