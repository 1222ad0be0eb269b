using System.Globalization;
using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The settings of a node that clients see: what it is, which is fixed, and whether it is being drained, which is not.</summary>
internal static class NodeConfigs
{
    /// <summary>The protocol's number for settings of a node.</summary>
    public const sbyte Resource = 4;

    /// <summary>The setting that is changed while nodes run: true hands over all partitions of the node.</summary>
    public const string Drain = "broker.drain";

    /// <summary>The node that a resource names; null when there is none.</summary>
    public static NodeImage? Find(ClusterImage image, string resourceName) =>
        int.TryParse(resourceName, NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? image.Nodes.GetValueOrDefault(new NodeId(number))
            : null;

    public static string Unknown(ClusterImage image, string resourceName) =>
        $"there is no node '{resourceName}'; there are {string.Join(", ", image.Nodes.Keys.Select(id => id.Value).Order())}";

    /// <summary>What any node can tell of a node.</summary>
    public static IEnumerable<NodeSetting> Of(NodeImage node)
    {
        yield return Fixed("advertised.listeners", $"PLAINTEXT://{node.Host}:{node.Port}", "Where Kafka clients reach the node.");
        yield return Fixed("akka.address", node.AkkaAddress, "Where the node's actors are reached.");
        yield return new NodeSetting(
            Drain,
            node.Status == NodeStatus.Draining ? "true" : "false",
            ConfigSource.DynamicNode,
            TopicSettingType.Boolean,
            "The node hands over its partitions and gets no new ones.",
            IsReadOnly: false);
        yield return Fixed("broker.rack", node.Rack ?? "", "Where the node stands; empty: not said.");
        yield return new NodeSetting("node.id", node.Id.ToString(), ConfigSource.StaticNode, TopicSettingType.Int, "Number of the node.");
        yield return Fixed("node.status", StatusText(node.Status), "What is known of the node's state: online, draining or offline.");
    }

    /// <summary>What this node was started with, and others need not have been.</summary>
    public static IEnumerable<NodeSetting> OfThisNode(NodeServices node)
    {
        yield return Started("auto.create.topics.enable", node.AutoCreate ? "true" : "false", TopicSettingType.Boolean, "A topic that a client asks for is created.");
        yield return Started("default.replication.factor", "1", TopicSettingType.Int, "Replicas of a new topic.");
        yield return Started("log.retention.ms", TopicSettings.Text(node.TopicDefaults.RetentionAge), TopicSettingType.Long, "Default of retention.ms.");
        yield return Started(
            "message.max.bytes", TopicSetting.All["max.message.bytes"].Show(node.TopicDefaults), TopicSettingType.Int, "Default of max.message.bytes.");
        yield return Started("min.insync.replicas", "1", TopicSettingType.Int, "Default of min.insync.replicas.");
    }

    private static string StatusText(NodeStatus status) => status switch
    {
        NodeStatus.Online => "online",
        NodeStatus.Draining => "draining",
        NodeStatus.Offline => "offline",
    };

    private static NodeSetting Fixed(string name, string value, string documentation) => Started(name, value, TopicSettingType.Text, documentation);

    private static NodeSetting Started(string name, string value, TopicSettingType type, string documentation) =>
        new(name, value, ConfigSource.StaticNode, type, documentation);
}
