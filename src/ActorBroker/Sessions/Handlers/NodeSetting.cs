using ActorBroker.Controller;

namespace ActorBroker.Sessions.Handlers;

/// <summary>One setting of a node.</summary>
internal sealed record NodeSetting(
    string Name, string Value, ConfigSource Source, TopicSettingType Type, string Documentation, bool IsReadOnly = true);
