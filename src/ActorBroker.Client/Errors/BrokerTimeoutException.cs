using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>No outcome in time: whether it was done is not known. The message says what was tried, how often and what went wrong last. Retriable.</summary>
public sealed class BrokerTimeoutException(string message, SessionError lastError = SessionError.TimedOut, Exception? innerException = null)
    : BrokerException(lastError, true, message, innerException);
