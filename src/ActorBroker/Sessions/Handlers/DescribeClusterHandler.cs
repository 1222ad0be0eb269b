using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells the cluster's id and nodes (KIP-700).</summary>
internal sealed class DescribeClusterHandler() : RequestHandler<DescribeClusterRequest>(ApiKey.DescribeCluster, 0, 1)
{
    private const sbyte BrokerEndpoints = 1;

    protected override void Handle(PendingRequest request, DescribeClusterRequest body)
    {
        var image = request.Node.Metadata.Current;
        var response = new DescribeClusterResponse
        {
            ClusterId = image.ClusterIdText,
            ControllerId = request.Node.Node.Value,
            EndpointType = body.EndpointType,
        };
        if (body.EndpointType != BrokerEndpoints)
        {
            response.ErrorCode = (short)ErrorCode.UnsupportedEndpointType;
            response.ErrorMessage = "there are no endpoints but the brokers' own";
        }
        else
        {
            foreach (var node in image.Nodes.Values.OrderBy(node => node.Id.Value))
            {
                response.Brokers.Add(new() { BrokerId = node.Id.Value, Host = node.Host, Port = node.Port, Rack = node.Rack });
            }
        }

        request.Reply(response);
    }
}
