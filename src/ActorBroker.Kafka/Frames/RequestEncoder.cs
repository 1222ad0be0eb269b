using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Frames;

/// <summary>Writes whole request frames, as clients send them.</summary>
public static class RequestEncoder
{
    /// <summary>Length, header and body. The writer must be empty.</summary>
    public static void Encode(WireWriter writer, short version, int correlationId, string? clientId, IRequest body)
    {
        ArgumentNullException.ThrowIfNull(writer);
        ArgumentNullException.ThrowIfNull(body);
        Check.That(writer.Length == 0);
        writer.WriteInt32(0);
        new RequestHeader(body.Api, version, correlationId, clientId).Write(writer);
        body.Write(writer, version);
        writer.PatchFirstInt32(writer.Length - sizeof(int));
    }
}
