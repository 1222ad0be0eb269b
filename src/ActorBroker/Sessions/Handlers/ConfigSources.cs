using ActorBroker.Controller;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Where a setting's value comes from, as numbered by the protocol's DescribeConfigs answer.</summary>
internal enum ConfigSource : sbyte
{
    Topic = 1,
    DynamicNode = 2,
    StaticNode = 4,
    Default = 5,
}

internal static class ConfigSources
{
    public static ConfigSource Of(TopicImage topic, TopicSetting setting) =>
        topic.Configs.ContainsKey(setting.Name) ? ConfigSource.Topic : ConfigSource.Default;
}
