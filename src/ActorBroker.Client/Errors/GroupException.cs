using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>A group, or its coordinator, refused.</summary>
public class GroupException(SessionError error, string message)
    : BrokerException(error, message);
