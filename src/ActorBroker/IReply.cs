using ActorBroker.Messages;

namespace ActorBroker;

/// <summary>A reply that finds its request by its id.</summary>
public interface IReply
{
    RequestId Id { get; }
}
