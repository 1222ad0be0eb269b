using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Frames;

/// <summary>The head of every request.</summary>
/// <param name="ClientId">Never compact, not even in flexible versions.</param>
public readonly record struct RequestHeader(ApiKey Key, short Version, int CorrelationId, string? ClientId)
{
    /// <summary>Reads a header. Of an API or version that is not known it reads what all versions share; the rest is left.</summary>
    /// <returns>False when the frame is too short, or the client id or the tagged fields are malformed.</returns>
    public static bool TryRead(ref WireReader reader, out RequestHeader header)
    {
        var key = (ApiKey)reader.ReadInt16();
        var version = reader.ReadInt16();
        var correlationId = reader.ReadInt32();
        var clientId = reader.ReadNullableString(isFlexible: false);
        if (ApiVersions.RequestHeaderVersion(key, version) >= 2 && ApiVersions.Known(key) is { } known && version <= known.Max)
        {
            reader.SkipTags();
        }

        header = new RequestHeader(key, version, correlationId, clientId);
        return reader.Error == WireError.None;
    }

    public void Write(WireWriter writer)
    {
        ArgumentNullException.ThrowIfNull(writer);
        writer.WriteInt16((short)Key);
        writer.WriteInt16(Version);
        writer.WriteInt32(CorrelationId);
        writer.WriteNullableString(ClientId, isFlexible: false);
        if (ApiVersions.RequestHeaderVersion(Key, Version) >= 2)
        {
            writer.WriteUnsignedVarInt(0);
        }
    }
}
