using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>Records could not be written to a partition.</summary>
/// <param name="partition">Where they were to go. Partition −1: none was chosen yet.</param>
public class ProduceException(TopicPartition partition, SessionError error, bool isRetriable, string message, Exception? innerException = null)
    : BrokerException(error, isRetriable, message, innerException)
{
    /// <inheritdoc cref="ProduceException(TopicPartition, SessionError, bool, string, Exception)" path="/param[@name='partition']"/>
    public TopicPartition Partition { get; } = partition;

    public string Topic => Partition.Topic;
}
