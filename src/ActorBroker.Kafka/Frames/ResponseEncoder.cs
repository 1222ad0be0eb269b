using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Frames;

/// <summary>Writes whole response frames, as brokers send them.</summary>
public static class ResponseEncoder
{
    /// <summary>Length, header and body. The writer must be empty.</summary>
    public static void Encode(WireWriter writer, ApiKey key, short version, int correlationId, IResponse body)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(body);
        Check.That(writer.Length == 0);
        Check.That(body.Api == key);
        writer.WriteInt32(0);
        writer.WriteInt32(correlationId);
        if (ApiVersions.ResponseHeaderVersion(key, version) >= 1)
        {
            writer.WriteUnsignedVarInt(0);
        }

        body.Write(writer, version);
        writer.PatchFirstInt32(writer.Length - sizeof(int));
    }
}
