using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>What a request wants changed of a node's settings.</summary>
/// <param name="IsDraining">Null: nothing.</param>
internal readonly record struct NodeConfigChange(NodeId Node, bool? IsDraining)
{
    /// <summary>Reads and checks the wish; the refusal says which name or value cannot be used.</summary>
    public static (ErrorCode Error, string Message)? Read(
        ClusterImage image, IncrementalAlterConfigsRequest.AlterConfigsResource resource, out NodeConfigChange change)
    {
        change = new NodeConfigChange(NodeId.None, null);
        if (NodeConfigs.Find(image, resource.ResourceName) is not { } node)
        {
            return (ErrorCode.InvalidRequest, NodeConfigs.Unknown(image, resource.ResourceName));
        }

        change = change with { Node = node.Id };
        foreach (var config in resource.Configs)
        {
            if (config.Name != NodeConfigs.Drain)
            {
                return (ErrorCode.InvalidConfig, $"{config.Name} cannot be changed while the node runs; {NodeConfigs.Drain} can");
            }

            switch ((ConfigOperation)config.ConfigOperation)
            {
                case ConfigOperation.Set when bool.TryParse(config.Value, out var isDraining):
                    change = change with { IsDraining = isDraining };
                    break;
                case ConfigOperation.Set:
                    return (ErrorCode.InvalidConfig, $"{config.Name}: '{config.Value}' is neither true nor false");
                case ConfigOperation.Delete:
                    change = change with { IsDraining = false };
                    break;
                default:
                    return (ErrorCode.InvalidConfig, ConfigOperations.Refusal(config));
            }
        }

        return null;
    }
}
