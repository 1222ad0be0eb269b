using System.Buffers.Binary;

namespace ActorBroker.Benchmarks.Kill;

/// <summary>A record of the load: the number that its producer gave it. No producer gives a number twice.</summary>
internal readonly record struct RecordId(int Producer, long Number)
{
    private const int HeadBytes = sizeof(int) + sizeof(long);

    /// <summary>The record's value: it says which record it is, and the rest follows from that.</summary>
    /// <param name="bytes">At least so large as what identifies it.</param>
    public byte[] ToValue(int bytes)
    {
        var value = new byte[Math.Max(bytes, HeadBytes)];
        BinaryPrimitives.WriteInt32BigEndian(value, Producer);
        BinaryPrimitives.WriteInt64BigEndian(value.AsSpan(sizeof(int)), Number);
        Fill(value.AsSpan(HeadBytes));
        return value;
    }

    /// <returns>Null: these are not the bytes of any record of the load.</returns>
    public static RecordId? Of(ReadOnlySpan<byte> value)
    {
        if (value.Length < HeadBytes)
        {
            return null;
        }

        var id = new RecordId(BinaryPrimitives.ReadInt32BigEndian(value), BinaryPrimitives.ReadInt64BigEndian(value[sizeof(int)..]));
        return id.Fits(value[HeadBytes..]) ? id : null;
    }

    public override string ToString() => $"record {Number} of producer {Producer}";

    private void Fill(Span<byte> bytes)
    {
        var state = Start;
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = Next(ref state);
        }
    }

    private bool Fits(ReadOnlySpan<byte> bytes)
    {
        var state = Start;
        foreach (var found in bytes)
        {
            if (found != Next(ref state))
            {
                return false;
            }
        }

        return true;
    }

    private ulong Start => unchecked((((ulong)Producer + 1) * 0x9E3779B97F4A7C15) ^ (((ulong)Number + 1) * 0xC2B2AE3D27D4EB4F));

    // xorshift64
    private static byte Next(ref ulong state)
    {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        return (byte)(state >> 32);
    }
}
