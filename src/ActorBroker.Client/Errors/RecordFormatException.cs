using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>A key or value cannot be written as, or read from, bytes by the serializer in use. Not retriable.</summary>
public sealed class RecordFormatException(string message, Exception? innerException = null)
    : BrokerException(SessionError.None, false, message, innerException);
