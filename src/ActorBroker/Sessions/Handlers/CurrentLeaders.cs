using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;

namespace ActorBroker.Sessions.Handlers;

/// <summary>Tells clients that came to the wrong node where their partitions are led, so that they need not ask for metadata first (KIP-951).</summary>
internal static class CurrentLeaders
{
    private const short FirstProduceVersion = 10;
    private const short FirstFetchVersion = 12;
    private const short FirstFetchVersionWithEndpoints = 16;

    public static void AddTo(ProduceResponse response, short version, NodeServices node)
    {
        if (version < FirstProduceVersion)
        {
            return;
        }

        foreach (var topic in response.Responses)
        {
            foreach (var answer in topic.PartitionResponses)
            {
                if (IsElsewhere(answer.ErrorCode) && Find(node, new TopicPartition(topic.Name, answer.Index)) is { } leader)
                {
                    answer.CurrentLeader = new() { LeaderId = leader.Node.Id.Value, LeaderEpoch = leader.Epoch.Value };
                    if (!response.NodeEndpoints.Exists(known => known.NodeId == leader.Node.Id.Value))
                    {
                        response.NodeEndpoints.Add(
                            new() { NodeId = leader.Node.Id.Value, Host = leader.Node.Host, Port = leader.Node.Port, Rack = leader.Node.Rack });
                    }
                }
            }
        }
    }

    public static void AddTo(FetchResponse response, short version, NodeServices node)
    {
        if (version < FirstFetchVersion)
        {
            return;
        }

        foreach (var topic in response.Responses)
        {
            foreach (var answer in topic.Partitions)
            {
                if (IsElsewhere(answer.ErrorCode) && Find(node, new TopicPartition(topic.Topic, answer.PartitionIndex)) is { } leader)
                {
                    answer.CurrentLeader = new() { LeaderId = leader.Node.Id.Value, LeaderEpoch = leader.Epoch.Value };
                    if (version >= FirstFetchVersionWithEndpoints && !response.NodeEndpoints.Exists(known => known.NodeId == leader.Node.Id.Value))
                    {
                        response.NodeEndpoints.Add(
                            new() { NodeId = leader.Node.Id.Value, Host = leader.Node.Host, Port = leader.Node.Port, Rack = leader.Node.Rack });
                    }
                }
            }
        }
    }

    private static bool IsElsewhere(short error) => (ErrorCode)error == ErrorCode.NotLeaderOrFollower;

    /// <summary>Null: nobody who can be reached leads it, or this node is about to.</summary>
    private static (NodeImage Node, LeaderEpoch Epoch)? Find(NodeServices node, TopicPartition name)
    {
        var image = node.Metadata.Current;
        if (image.Partition(name) is not { } partition)
        {
            return null;
        }

        var leader = image.LeaderOf(partition);
        return leader == NodeId.None || leader == node.Node ? null : (image.Nodes[leader], partition.Epoch);
    }
}
