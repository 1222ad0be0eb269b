using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Frames;

/// <summary>Reads responses, as clients do.</summary>
public static class ResponseDecoder
{
    /// <summary>Reads header and body of the response to a request of this API and version.</summary>
    /// <returns>Null when the API is not known. Look at the reader's error before using the body.</returns>
    public static IResponse? Decode(ApiKey key, short version, ref WireReader reader, out int correlationId)
    {
        correlationId = reader.ReadInt32();
        if (ApiVersions.ResponseHeaderVersion(key, version) >= 1)
        {
            reader.SkipTags();
        }

        return MessageTable.ReadResponse(key, ref reader, version);
    }
}
