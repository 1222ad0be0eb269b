using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells the cluster's id and nodes (KIP-700); those that cannot be reached only to who asks for them (KIP-1073).</summary>
internal sealed class DescribeClusterHandler() : RequestHandler<DescribeClusterRequest>(ApiKey.DescribeCluster, 0, 2)
{
    private const sbyte BrokerEndpoints = 1;

    protected override void Handle(PendingRequest request, DescribeClusterRequest body)
    {
        var image = request.Node.Metadata.Current;
        var response = new DescribeClusterResponse
        {
            ClusterId = image.ClusterIdText,
            ControllerId = request.Node.Metadata.ControllerId(image),
            EndpointType = body.EndpointType,
        };
        if (body.EndpointType != BrokerEndpoints)
        {
            response.ErrorCode = (short)ErrorCode.UnsupportedEndpointType;
            response.ErrorMessage = "there are no endpoints but the brokers' own";
        }
        else
        {
            var nodes = body.IncludeFencedBrokers ? image.Nodes.Values.OrderBy(node => node.Id.Value) : image.OnlineNodes;
            foreach (var node in nodes)
            {
                response.Brokers.Add(new() { BrokerId = node.Id.Value, Host = node.Host, Port = node.Port, Rack = node.Rack, IsFenced = !node.IsOnline });
            }
        }

        request.Reply(response);
    }
}
