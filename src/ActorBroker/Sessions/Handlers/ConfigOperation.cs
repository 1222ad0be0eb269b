using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>What to do with one setting, as numbered by the protocol. Appending to lists and taking from them is not served.</summary>
internal enum ConfigOperation : sbyte
{
    Set = 0,
    Delete = 1,
}

internal static class ConfigOperations
{
    public static string Refusal(IncrementalAlterConfigsRequest.AlterableConfig config) =>
        $"{config.Name}: operation {config.ConfigOperation} cannot be used; set (0, with a value) and delete (1) can";
}
