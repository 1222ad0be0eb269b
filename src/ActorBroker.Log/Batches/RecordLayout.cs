using System.Runtime.CompilerServices;

namespace ActorBroker.Log;

/// <summary>Where the parts of one plain record are, as positions in the payload; everything checked against its length.</summary>
internal struct RecordLayout
{
    /// <summary>Of the record's first byte (its length field).</summary>
    public int Start;

    /// <summary>Exclusive end of the record.</summary>
    public int End;

    public long TimestampDelta;
    public int OffsetDelta;
    public int KeyAt;
    public int KeyBytes;      // -1 for null
    public int ValueAt;
    public int ValueBytes;    // -1 for null

    /// <summary>Of the header count; the headers reach to <see cref="End"/>.</summary>
    public int HeadersAt;

    public int HeaderCount;

    /// <summary>Reads the record at <paramref name="at"/> and moves behind it. False when it cannot be a record; then
    /// <paramref name="at"/> means nothing. Every length inside is within the payload afterwards, headers included.</summary>
    public static bool TryRead(ReadOnlySpan<byte> payload, ref int at, out RecordLayout record)
    {
        record = default;
        record.Start = at;
        if (!VarInt.TryRead(payload, ref at, out int recordBytes)) return false;
        if (recordBytes < 1 || recordBytes > payload.Length - at) return false;
        record.End = at + recordBytes;

        var bytes = payload[..record.End];
        at++;   // attributes: unused
        if (!VarInt.TryRead(bytes, ref at, out record.TimestampDelta)) return false;
        if (!VarInt.TryRead(bytes, ref at, out record.OffsetDelta)) return false;
        if (!TryReadNullable(bytes, ref at, out record.KeyAt, out record.KeyBytes)) return false;
        if (!TryReadNullable(bytes, ref at, out record.ValueAt, out record.ValueBytes)) return false;
        record.HeadersAt = at;
        if (!VarInt.TryRead(bytes, ref at, out record.HeaderCount) || record.HeaderCount < 0) return false;

        // A header takes two bytes at least, so a hostile count ends with the bytes and costs no more than they do.
        for (var left = record.HeaderCount; left > 0; left--)
        {
            if (!TryReadNullable(bytes, ref at, out _, out var headerKeyBytes) || headerKeyBytes < 0) return false;
            if (!TryReadNullable(bytes, ref at, out _, out _)) return false;
        }

        return at == record.End;
    }

    /// <summary>Reads a length (−1 for null) and steps over as many bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadNullable(ReadOnlySpan<byte> bytes, ref int at, out int start, out int length)
    {
        start = 0;
        if (!VarInt.TryRead(bytes, ref at, out length) || length < -1 || length > bytes.Length - at) return false;
        start = at;
        at += Math.Max(length, 0);
        return true;
    }
}
