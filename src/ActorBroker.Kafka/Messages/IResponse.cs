using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Messages;

/// <summary>The body of a response.</summary>
public interface IResponse
{
    ApiKey Api { get; }

    void Write(WireWriter writer, short version);
}
