using ActorBroker.Configuration;
using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using ActorBroker.Sessions;
using ActorBroker.Sessions.Native;
using Akka.Configuration;

namespace ActorBroker;

/// <summary>broker.* – documented in reference.conf, where the defaults are. Read once, at the start.</summary>
public sealed record BrokerSettings(
    NodeId NodeId,
    string DataDir,
    string? Rack,
    KafkaSettings Kafka,
    SessionSettings Sessions,
    string HttpHost,
    int HttpPort,
    int HttpConnectionsMax,
    bool AutoCreateTopics,
    int DefaultPartitions,
    int PartitionsMax,
    int PartitionsTotalMax,
    TopicSettings TopicDefaults,
    PartitionSettings Partition,
    GroupSettings Groups,
    TimeSpan RetentionCheckInterval,
    int FlushThreads,
    ClusterLimits Cluster)
{
    /// <exception cref="SettingsException">A setting cannot be used.</exception>
    public static BrokerSettings Read(Config config)
    {
        var at = new SettingsReader(config, "broker");
        var topics = at.At("topics");
        var partitionsMax = topics.Count("partitions-max", 1, 1_000_000);
        return new BrokerSettings(
            NodeId: new NodeId(at.Count("node-id", 0, int.MaxValue)),
            DataDir: at.Text("data-dir"),
            Rack: at.OptionalText("rack"),
            Kafka: KafkaSettings.Read(at.At("kafka")),
            Sessions: SessionSettings.Read(at.At("sessions")),
            HttpHost: at.At("http").Text("host"),
            HttpPort: at.At("http").Count("port", -1, 65535),
            HttpConnectionsMax: at.At("http").Count("connections-max", 1, 100_000),
            AutoCreateTopics: topics.Flag("auto-create"),
            DefaultPartitions: topics.Count("default-partitions", 1, partitionsMax),
            PartitionsMax: partitionsMax,
            PartitionsTotalMax: topics.Count("partitions-total-max", 1, 10_000_000),
            TopicDefaults: TopicSettings.ReadDefaults(at.At("log")),
            Partition: PartitionSettings.Read(at.At("partition")),
            Groups: GroupSettings.Read(at.At("groups")),
            RetentionCheckInterval: at.At("storage").Duration("retention-check-interval", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)),
            FlushThreads: at.At("storage").Count("flush-threads", 1, 64),
            Cluster: ClusterLimits.Read(at.At("cluster")));
    }
}
