using System.Buffers;

namespace ActorBroker.Client;

/// <summary>Bytes as they are; copied when read.</summary>
internal sealed class BytesSerde : ISerializer<byte[]>, IDeserializer<byte[]>, ISerializer<ReadOnlyMemory<byte>>, IDeserializer<ReadOnlyMemory<byte>>
{
    public static readonly BytesSerde Instance = new();

    public void Serialize(byte[] value, IBufferWriter<byte> to) => to.Write(value);

    public void Serialize(ReadOnlyMemory<byte> value, IBufferWriter<byte> to) => to.Write(value.Span);

    ReadOnlyMemory<byte> IDeserializer<ReadOnlyMemory<byte>>.Deserialize(ReadOnlySpan<byte> bytes) => bytes.ToArray();

    byte[] IDeserializer<byte[]>.Deserialize(ReadOnlySpan<byte> bytes) => bytes.ToArray();
}
