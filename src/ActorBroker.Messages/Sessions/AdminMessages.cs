using System.Collections.Immutable;
using ActorBroker.Log;

namespace ActorBroker.Messages.Sessions;

/// <summary>Request: create a topic. Answered by <see cref="RequestDone"/> once its partitions have leaders.</summary>
/// <param name="Partitions">−1: the cluster's default.</param>
/// <param name="ReplicationFactor">−1: the cluster's default.</param>
/// <param name="IsValidateOnly">Say whether it could be done, change nothing.</param>
public sealed record CreateTopic(
    string Name, int Partitions, int ReplicationFactor, ImmutableDictionary<string, string> Configs, bool IsValidateOnly, int TimeoutMs) : ISessionRequest;

/// <summary>Request: delete a topic and its data. Answered by <see cref="RequestDone"/>.</summary>
public sealed record DeleteTopic(string Name, int TimeoutMs) : ISessionRequest;

/// <summary>Request: give a topic more partitions. Answered by <see cref="RequestDone"/>.</summary>
public sealed record AddPartitions(string Name, int PartitionsTotal, bool IsValidateOnly, int TimeoutMs) : ISessionRequest;

/// <summary>Request: change settings of a topic. Answered by <see cref="RequestDone"/>.</summary>
/// <param name="Set">New values.</param>
/// <param name="Reset">Names of settings that go back to the defaults.</param>
public sealed record AlterTopic(
    string Name, ImmutableDictionary<string, string> Set, ImmutableArray<string> Reset, bool IsValidateOnly) : ISessionRequest;

/// <summary>Request: tell a topic's settings. Answered by <see cref="TopicConfigsDescribed"/>.</summary>
public sealed record DescribeTopicConfigs(string Name) : ISessionRequest;

/// <summary>Reply: all settings of the topic.</summary>
public sealed record TopicConfigsDescribed(string Name, ImmutableArray<TopicConfig> Configs) : ISessionReply;

/// <param name="IsDefault">Nobody has set it for this topic.</param>
public sealed record TopicConfig(string Name, string Value, bool IsDefault);

/// <summary>Request: forget the records of a partition before an offset. Answered by <see cref="RecordsForgotten"/>.</summary>
/// <param name="Before"><see cref="Offset.None"/>: all that there are.</param>
public sealed record ForgetRecords(TopicPartition Partition, Offset Before) : ISessionRequest;

/// <summary>Reply: the partition begins here now.</summary>
public sealed record RecordsForgotten(TopicPartition Partition, Offset LogStart) : ISessionReply;

/// <summary>Reply: it is done, and there is nothing else to say.</summary>
public sealed record RequestDone : ISessionReply
{
    public static readonly RequestDone Instance = new();
}
