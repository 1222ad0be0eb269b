using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>The client, or its actor system, has ended. Not retriable.</summary>
public sealed class ClientClosedException(string message)
    : BrokerException(SessionError.None, false, message);
