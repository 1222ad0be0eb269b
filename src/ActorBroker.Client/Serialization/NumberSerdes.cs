using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace ActorBroker.Client;

/// <summary>Four bytes, big-endian: Kafka's IntegerSerializer.</summary>
internal sealed class Int32Serde : ISerializer<int>, IDeserializer<int>
{
    public static readonly Int32Serde Instance = new();

    public void Serialize(int value, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt32BigEndian(to.GetSpan(sizeof(int)), value);
        to.Advance(sizeof(int));
    }

    public int Deserialize(ReadOnlySpan<byte> bytes) => bytes.Length == sizeof(int)
        ? BinaryPrimitives.ReadInt32BigEndian(bytes)
        : throw new RecordFormatException($"An int has {sizeof(int)} bytes, this has {bytes.Length}.");
}

/// <summary>Eight bytes, big-endian: Kafka's LongSerializer.</summary>
internal sealed class Int64Serde : ISerializer<long>, IDeserializer<long>
{
    public static readonly Int64Serde Instance = new();

    public void Serialize(long value, IBufferWriter<byte> to)
    {
        BinaryPrimitives.WriteInt64BigEndian(to.GetSpan(sizeof(long)), value);
        to.Advance(sizeof(long));
    }

    public long Deserialize(ReadOnlySpan<byte> bytes) => bytes.Length == sizeof(long)
        ? BinaryPrimitives.ReadInt64BigEndian(bytes)
        : throw new RecordFormatException($"A long has {sizeof(long)} bytes, this has {bytes.Length}.");
}

/// <summary>36 characters of text, lower case, as Kafka's UUIDSerializer writes them.</summary>
internal sealed class GuidSerde : ISerializer<Guid>, IDeserializer<Guid>
{
    public static readonly GuidSerde Instance = new();

    private const int TextBytes = 36;

    public void Serialize(Guid value, IBufferWriter<byte> to)
    {
        value.TryFormat(to.GetSpan(TextBytes), out var written, "D");
        Check.That(written == TextBytes);
        to.Advance(written);
    }

    public Guid Deserialize(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length != TextBytes)
        {
            throw new RecordFormatException($"A Guid has {TextBytes} characters, this has {bytes.Length} bytes.");
        }

        Span<char> text = stackalloc char[TextBytes];
        Encoding.Latin1.GetChars(bytes, text);
        return Guid.TryParseExact(text, "D", out var value)
            ? value
            : throw new RecordFormatException($"\"{text}\" is not a Guid of the form 00000000-0000-0000-0000-000000000000.");
    }
}
