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
            if (!VarInt.TryRead(payload, ref at, out int recordBytes)) return BatchError.BadRecords;
            if (recordBytes < 0 || recordBytes > payload.Length - at) return BatchError.BadRecords;
            var record = payload.Slice(at, recordBytes);
            at += recordBytes;
            if (!WalkOne(record, i, out var hasKey)) return BatchError.BadRecords;
            if (keysRequired && !hasKey) return BatchError.MissingKey;
        }

        return at == payload.Length ? BatchError.None : BatchError.BadRecords;
    }

    private static bool WalkOne(ReadOnlySpan<byte> record, int expectedDelta, out bool hasKey)
    {
        hasKey = false;
        var at = 1;   // attributes: unused
        if (!VarInt.TryRead(record, ref at, out long _)) return false;
        if (!VarInt.TryRead(record, ref at, out int offsetDelta) || offsetDelta != expectedDelta) return false;
        if (!SkipNullable(record, ref at, out hasKey)) return false;
        if (!SkipNullable(record, ref at, out _)) return false;
        if (!VarInt.TryRead(record, ref at, out int headerCount) || headerCount < 0) return false;

        // A header takes two bytes at least, so a hostile count ends with the bytes and costs no more than they do.
        for (; headerCount > 0; headerCount--)
        {
            if (!SkipNullable(record, ref at, out var hasHeaderKey) || !hasHeaderKey) return false;
            if (!SkipNullable(record, ref at, out _)) return false;
        }

        return at == record.Length;
    }

    private static bool SkipNullable(ReadOnlySpan<byte> record, ref int at, out bool isThere)
    {
        isThere = false;
        if (!VarInt.TryRead(record, ref at, out int length) || length < -1) return false;
        isThere = length >= 0;
        if (length > record.Length - at) return false;
        at += Math.Max(length, 0);
        return true;
    }
}
