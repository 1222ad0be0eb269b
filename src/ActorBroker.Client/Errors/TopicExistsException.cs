using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>There is a topic of that name. Not retriable.</summary>
public sealed class TopicExistsException(string message)
    : BrokerException(SessionError.TopicExists, false, message);
