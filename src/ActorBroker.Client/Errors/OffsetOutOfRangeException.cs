using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>The partition has no record at that offset, and will not have one. Not retriable.</summary>
public sealed class OffsetOutOfRangeException(string message, TopicPartition? partition = null, Offset? offset = null)
    : BrokerException(SessionError.OffsetOutOfRange, false, message)
{
    public TopicPartition? Partition { get; } = partition;

    /// <summary>The one that was asked for.</summary>
    public Offset? Offset { get; } = offset;
}
