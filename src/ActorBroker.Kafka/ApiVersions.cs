using System.Collections.Frozen;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Kafka;

/// <summary>Which versions of which API exist here, and what headers they have.</summary>
public static class ApiVersions
{
    /// <summary>What a broker that serves an API should announce. Minima are an interface: clients draw conclusions from them
    /// (librdkafka up to 2.11 stops compressing when Produce does not begin at 0, and has no groups when FindCoordinator does not).</summary>
    public static readonly FrozenDictionary<ApiKey, (short Min, short Max)> Advertise = new Dictionary<ApiKey, (short, short)>
    {
        [ApiKey.Produce] = (0, 11),
        [ApiKey.Fetch] = (4, 17),
        [ApiKey.ListOffsets] = (1, 9),
        [ApiKey.Metadata] = (0, 12),
        [ApiKey.OffsetCommit] = (2, 9),
        [ApiKey.OffsetFetch] = (1, 9),
        [ApiKey.FindCoordinator] = (0, 5),
        [ApiKey.JoinGroup] = (0, 9),
        [ApiKey.Heartbeat] = (0, 4),
        [ApiKey.LeaveGroup] = (0, 5),
        [ApiKey.SyncGroup] = (0, 5),
        [ApiKey.DescribeGroups] = (0, 5),
        [ApiKey.ListGroups] = (0, 5),
        [ApiKey.SaslHandshake] = (0, 1),
        [ApiKey.ApiVersions] = (0, 4),
        [ApiKey.CreateTopics] = (0, 7),
        [ApiKey.DeleteTopics] = (0, 6),
        [ApiKey.DeleteRecords] = (0, 2),
        [ApiKey.InitProducerId] = (0, 5),
        [ApiKey.OffsetForLeaderEpoch] = (2, 4),
        [ApiKey.AddPartitionsToTxn] = (0, 3),
        [ApiKey.AddOffsetsToTxn] = (0, 4),
        [ApiKey.EndTxn] = (0, 4),
        [ApiKey.TxnOffsetCommit] = (0, 4),
        [ApiKey.DescribeAcls] = (0, 3),
        [ApiKey.CreateAcls] = (0, 3),
        [ApiKey.DeleteAcls] = (0, 3),
        [ApiKey.DescribeConfigs] = (0, 4),
        [ApiKey.AlterConfigs] = (0, 2),
        [ApiKey.SaslAuthenticate] = (0, 2),
        [ApiKey.CreatePartitions] = (0, 3),
        [ApiKey.DeleteGroups] = (0, 2),
        [ApiKey.IncrementalAlterConfigs] = (0, 1),
        [ApiKey.AlterPartitionReassignments] = (0, 0),
        [ApiKey.ListPartitionReassignments] = (0, 0),
        [ApiKey.OffsetDelete] = (0, 0),
        [ApiKey.DescribeQuorum] = (0, 1),
        [ApiKey.DescribeCluster] = (0, 2),
        [ApiKey.ConsumerGroupHeartbeat] = (0, 1),
        [ApiKey.ConsumerGroupDescribe] = (0, 0),
        [ApiKey.DescribeTopicPartitions] = (0, 0),
    }.ToFrozenDictionary();

    /// <summary>Versions whose bodies can be read and written; null for an API that is not known.</summary>
    public static (short Min, short Max)? Known(ApiKey key) => MessageTable.Versions(key) is { } versions ? (versions.Min, versions.Max) : null;

    /// <summary>True for versions with compact types and tagged fields (KIP-482).</summary>
    public static bool IsFlexible(ApiKey key, short version) => MessageTable.Versions(key) is { } versions && version >= versions.FirstFlexible;

    public static short RequestHeaderVersion(ApiKey key, short version) => IsFlexible(key, version) ? (short)2 : (short)1;

    /// <summary>ApiVersions answers with header version 0 for ever: its client cannot know yet what the server speaks (KIP-511).</summary>
    public static short ResponseHeaderVersion(ApiKey key, short version) =>
        key != ApiKey.ApiVersions && IsFlexible(key, version) ? (short)1 : (short)0;
}
