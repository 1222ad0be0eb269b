using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>No node could be reached: nothing was done. Retriable.</summary>
public sealed class BrokerUnavailableException(string message, Exception? innerException = null)
    : BrokerException(SessionError.None, true, message, innerException);
