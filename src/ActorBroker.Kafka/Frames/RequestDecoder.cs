using ActorBroker.Kafka.Messages;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Frames;

/// <summary>Reads the bodies of requests.</summary>
public static class RequestDecoder
{
    /// <summary>Reads the body behind a header. Bytes left over are the client's affair.</summary>
    /// <returns>Null when the API is not known. Look at the reader's error before using the body.</returns>
    public static IRequest? Decode(RequestHeader header, ref WireReader reader) => MessageTable.ReadRequest(header.Key, ref reader, header.Version);
}
