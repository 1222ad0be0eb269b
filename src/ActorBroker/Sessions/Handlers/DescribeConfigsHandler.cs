using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells the settings of topics, and the few of the node that clients look for.</summary>
internal sealed class DescribeConfigsHandler() : RequestHandler<DescribeConfigsRequest>(ApiKey.DescribeConfigs, 0, 4)
{
    private const sbyte TopicResource = 2;
    private const sbyte NodeResource = 4;

    protected override void Handle(PendingRequest request, DescribeConfigsRequest body)
    {
        var response = new DescribeConfigsResponse();
        foreach (var resource in body.Resources)
        {
            response.Results.Add(resource.ResourceType switch
            {
                TopicResource => DescribeTopic(request.Node, resource, body),
                NodeResource => DescribeNode(request.Node, resource, body),
                _ => Refusal(resource, ErrorCode.InvalidRequest, $"settings of resource type {resource.ResourceType} are not known; topics (2) and nodes (4) are"),
            });
        }

        request.Reply(response);
    }

    private static DescribeConfigsResponse.DescribeConfigsResult DescribeTopic(
        NodeServices node, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsRequest body)
    {
        if (node.Metadata.Current.Topic(resource.ResourceName) is not { } topic)
        {
            return TopicNames.Validate(resource.ResourceName) is { } wrong
                ? Refusal(resource, ErrorCode.InvalidTopicException, wrong)
                : Refusal(resource, ErrorCode.UnknownTopicOrPartition, "the topic does not exist");
        }

        var result = Answer(resource);
        var settings = node.TopicDefaults.With(topic.Configs);
        foreach (var setting in Chosen(resource, TopicSetting.All.Values.OrderBy(setting => setting.Name, StringComparer.Ordinal)))
        {
            var source = ConfigSources.Of(topic, setting);
            var entry = Entry(setting.Name, setting.Show(settings), source, setting.Type, setting.Documentation, isReadOnly: false, body);
            if (body.IncludeSynonyms && source == ConfigSource.Topic)
            {
                entry.Synonyms.Insert(0, new() { Name = setting.Name, Value = setting.Show(settings), Source = (sbyte)ConfigSource.Topic });
            }

            if (body.IncludeSynonyms)
            {
                entry.Synonyms.Add(new() { Name = setting.Name, Value = setting.Show(node.TopicDefaults), Source = (sbyte)ConfigSource.Default });
            }

            result.Configs.Add(entry);
        }

        return result;
    }

    private static DescribeConfigsResponse.DescribeConfigsResult DescribeNode(
        NodeServices node, DescribeConfigsRequest.DescribeConfigsResource resource, DescribeConfigsRequest body)
    {
        if (resource.ResourceName.Length > 0 && resource.ResourceName != node.Node.ToString())
        {
            return Refusal(resource, ErrorCode.InvalidRequest, $"this is node {node.Node}, settings of node {resource.ResourceName} were asked for");
        }

        var result = Answer(resource);
        var known = new (string Name, string Value, TopicSettingType Type, string Documentation)[]
        {
            ("auto.create.topics.enable", node.AutoCreate ? "true" : "false", TopicSettingType.Boolean, "A topic that a client asks for is created."),
            ("default.replication.factor", "1", TopicSettingType.Int, "Replicas of a new topic."),
            ("log.retention.ms", TopicSettings.Text(node.TopicDefaults.RetentionAge), TopicSettingType.Long, "Default of retention.ms."),
            ("message.max.bytes", TopicSetting.All["max.message.bytes"].Show(node.TopicDefaults), TopicSettingType.Int, "Default of max.message.bytes."),
            ("min.insync.replicas", "1", TopicSettingType.Int, "Default of min.insync.replicas."),
            ("node.id", node.Node.ToString(), TopicSettingType.Int, "Number of the node."),
        };
        foreach (var (name, value, type, documentation) in known)
        {
            if (resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(name))
            {
                result.Configs.Add(Entry(name, value, ConfigSource.StaticNode, type, documentation, isReadOnly: true, body));
            }
        }

        return result;
    }

    private static IEnumerable<TopicSetting> Chosen(DescribeConfigsRequest.DescribeConfigsResource resource, IEnumerable<TopicSetting> all) =>
        all.Where(setting => resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(setting.Name));

    private static DescribeConfigsResponse.DescribeConfigsResourceResult Entry(
        string name, string value, ConfigSource source, TopicSettingType type, string documentation, bool isReadOnly, DescribeConfigsRequest body) => new()
        {
            Name = name,
            Value = value,
            ReadOnly = isReadOnly,
            IsDefault = source == ConfigSource.Default,
            ConfigSource = (sbyte)source,
            ConfigType = (sbyte)type,
            Documentation = body.IncludeDocumentation ? documentation : null,
        };

    private static DescribeConfigsResponse.DescribeConfigsResult Answer(DescribeConfigsRequest.DescribeConfigsResource resource) =>
        new() { ResourceType = resource.ResourceType, ResourceName = resource.ResourceName };

    private static DescribeConfigsResponse.DescribeConfigsResult Refusal(
        DescribeConfigsRequest.DescribeConfigsResource resource, ErrorCode error, string message)
    {
        var result = Answer(resource);
        result.ErrorCode = (short)error;
        result.ErrorMessage = message;
        return result;
    }
}
