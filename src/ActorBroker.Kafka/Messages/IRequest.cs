using ActorBroker.Kafka.Wire;

namespace ActorBroker.Kafka.Messages;

/// <summary>The body of a request.</summary>
public interface IRequest
{
    ApiKey Api { get; }

    void Write(WireWriter writer, short version);
}
