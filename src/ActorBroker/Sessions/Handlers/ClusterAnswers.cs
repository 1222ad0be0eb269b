using ActorBroker.Controller;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The cluster's nodes as Kafka clients shall see them.</summary>
internal static class ClusterAnswers
{
    /// <summary>The node that takes administrative requests first: the metadata log's leader; −1 while there is none that clients could reach.</summary>
    public static int ControllerId(this IClusterMetadata metadata, ClusterImage image)
    {
        var leader = metadata.Leader;
        return image.IsOnline(leader) ? leader.Value : NodeId.None.Value;
    }
}
