using ActorBroker.Messages;

namespace ActorBroker.Client;

/// <summary>A partition to read, and from where.</summary>
public readonly record struct TopicPartitionStart(TopicPartition Partition, Start Start);
