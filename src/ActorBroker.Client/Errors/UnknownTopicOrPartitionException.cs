using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>There is no such topic or partition, as far as the node knows. Retriable: it may just have been created.</summary>
public sealed class UnknownTopicOrPartitionException(string message)
    : BrokerException(SessionError.UnknownTopicOrPartition, true, message);
