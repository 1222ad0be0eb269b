using System.Buffers;
using System.Text;

namespace ActorBroker.Log;

/// <summary>Writes single records in the plain form that <see cref="RecordReader"/> reads.</summary>
internal static class RecordWriter
{
    /// <summary>Bytes of the header count and the headers.</summary>
    public static int SizeOfHeaders(IReadOnlyList<RecordHeader> headers)
    {
        var size = VarInt.SizeOf(headers.Count);
        for (var i = 0; i < headers.Count; i++)
        {
            var keyBytes = Encoding.UTF8.GetByteCount(headers[i].Key);
            size = checked(size + VarInt.SizeOf(keyBytes) + keyBytes + SizeOfNullable(headers[i].Value));
        }

        return size;
    }

    /// <summary>Writes the header count and the headers; returns the bytes written.</summary>
    public static int WriteHeaders(Span<byte> to, IReadOnlyList<RecordHeader> headers)
    {
        var at = VarInt.Write(to, headers.Count);
        for (var i = 0; i < headers.Count; i++)
        {
            var keyBytes = Encoding.UTF8.GetByteCount(headers[i].Key);
            at += VarInt.Write(to[at..], keyBytes);
            at += Encoding.UTF8.GetBytes(headers[i].Key, to[at..]);
            at += WriteNullable(to[at..], headers[i].Value);
        }

        return at;
    }

    /// <summary>Writes one record.</summary>
    /// <param name="headerSection">Header count and headers as <see cref="WriteHeaders"/> or another record has them.</param>
    public static void Write(
        IBufferWriter<byte> to,
        long timestampDelta,
        int offsetDelta,
        NullableBytes key,
        NullableBytes value,
        ReadOnlySpan<byte> headerSection)
    {
        var recordBytes = SizeOf(timestampDelta, offsetDelta, key, value, headerSection.Length);
        var record = to.GetSpan(checked(VarInt.BytesMax32 + recordBytes));
        var start = VarInt.Write(record, recordBytes);
        var at = start + WriteBeforeHeaders(record[start..], timestampDelta, offsetDelta, key, value);
        headerSection.CopyTo(record[at..]);
        at += headerSection.Length;

        Check.That(at == start + recordBytes);
        to.Advance(at);
    }

    /// <summary>Bytes of a record without the length in front of it.</summary>
    /// <param name="headerBytes">Of header count and headers.</param>
    public static int SizeOf(long timestampDelta, int offsetDelta, NullableBytes key, NullableBytes value, int headerBytes) =>
        checked(1 + VarInt.SizeOf(timestampDelta) + VarInt.SizeOf(offsetDelta) + SizeOfNullable(key) + SizeOfNullable(value) + headerBytes);

    /// <summary>Writes what stands between a record's length and its header count; returns the bytes written.</summary>
    public static int WriteBeforeHeaders(Span<byte> record, long timestampDelta, int offsetDelta, NullableBytes key, NullableBytes value)
    {
        var at = 0;
        record[at++] = 0;   // attributes: unused
        at += VarInt.Write(record[at..], timestampDelta);
        at += VarInt.Write(record[at..], offsetDelta);
        at += WriteNullable(record[at..], key);
        at += WriteNullable(record[at..], value);
        return at;
    }

    private static int SizeOfNullable(NullableBytes bytes) => checked(VarInt.SizeOf(bytes.LengthOrMinusOne) + bytes.Span.Length);

    private static int WriteNullable(Span<byte> to, NullableBytes bytes)
    {
        var at = VarInt.Write(to, bytes.LengthOrMinusOne);
        bytes.Span.CopyTo(to[at..]);
        return at + bytes.Span.Length;
    }
}
