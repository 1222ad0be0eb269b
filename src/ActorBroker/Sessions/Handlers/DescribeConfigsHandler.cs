using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells the settings of topics, and the few of nodes that clients look for. Any node answers for any node.</summary>
internal sealed class DescribeConfigsHandler() : RequestHandler<DescribeConfigsRequest>(ApiKey.DescribeConfigs, 0, 4)
{
    private const sbyte TopicResource = 2;

    protected override void Handle(PendingRequest request, DescribeConfigsRequest body)
    {
        var response = new DescribeConfigsResponse();
        foreach (var resource in body.Resources)
        {
            response.Results.Add(resource.ResourceType switch
            {
                TopicResource => DescribeTopic(request.Node, resource, body),
                NodeConfigs.Resource => DescribeNode(request.Node, resource, body),
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
        // Without a name the settings are those of all nodes: what this one was started with is the best answer there is.
        IEnumerable<NodeSetting> configs = [];
        if (resource.ResourceName.Length > 0)
        {
            var image = node.Metadata.Current;
            if (NodeConfigs.Find(image, resource.ResourceName) is not { } described)
            {
                return Refusal(resource, ErrorCode.InvalidRequest, NodeConfigs.Unknown(image, resource.ResourceName));
            }

            configs = NodeConfigs.Of(described);
        }

        if (resource.ResourceName.Length == 0 || resource.ResourceName == node.Node.ToString())
        {
            configs = configs.Concat(NodeConfigs.OfThisNode(node));
        }

        var result = Answer(resource);
        foreach (var config in configs.OrderBy(config => config.Name, StringComparer.Ordinal))
        {
            if (resource.ConfigurationKeys is null || resource.ConfigurationKeys.Contains(config.Name))
            {
                result.Configs.Add(Entry(config.Name, config.Value, config.Source, config.Type, config.Documentation, config.IsReadOnly, body));
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
