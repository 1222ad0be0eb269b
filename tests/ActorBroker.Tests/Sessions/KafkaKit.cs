using ActorBroker.Controller;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Messages;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Sessions;
using ActorBroker.Tests.Sessions.Native;
using ActorBroker.Tests.Support;
using Akka.Actor;

namespace ActorBroker.Tests.Sessions;

/// <summary>A Kafka client of a node whose controller, groups and partitions are probes.</summary>
public abstract class KafkaKit : SessionKit
{
    private readonly List<ProbedConnection> _connections = [];

    /// <summary>Three nodes: 1, which is this one, 2 and 3, which is offline. 2 leads the metadata log.</summary>
    protected KafkaKit()
    {
        Image = Image with
        {
            Nodes = Cluster(
                new NodeImage(new NodeId(1), "host-1", 9092, null),
                new NodeImage(new NodeId(2), "host-2", 9093, "rack-2", "akka.tcp://ActorBroker@host-2:2552"),
                new NodeImage(new NodeId(3), "host-3", 9094, null, Status: NodeStatus.Offline)),
        };
        MetadataLeader = new NodeId(2);
    }

    /// <summary>Sends a request; the answer comes when the probes have done their part.</summary>
    internal Task<TResponse> AskAsync<TResponse>(IRequest request, short version)
        where TResponse : IResponse
    {
        var connection = new ProbedConnection();
        _connections.Add(connection);
        var node = Node();
        var table = RequestTable.Default();
        Sys.ActorOf(Props.Create(() => new ClientSessionActor(connection, node, table, new SessionClock(node.Settings))));
        return connection.AskAsync<TResponse>(request, version);
    }

    /// <summary>A topic without routes, one partition for each of these nodes, which has and leads it in epoch 4.</summary>
    protected void Lead(string name, params int[] leaders) => Image = Image.With(new TopicImage(
        Guid.NewGuid(),
        name,
        TopicNames.IsInternal(name),
        [.. leaders.Select((leader, number) => new PartitionImage(number, [new NodeId(leader)], new NodeId(leader), new LeaderEpoch(4)))],
        System.Collections.Immutable.ImmutableDictionary<string, string>.Empty));

    protected void Change(string topic, int number, Func<PartitionImage, PartitionImage> change)
    {
        var image = Image.Topic(topic)!;
        Image = Image.With(image with { Partitions = image.Partitions.SetItem(number, change(image.Partitions[number])) });
    }

    protected override void AfterAll()
    {
        _connections.ForEach(connection => connection.Dispose());
        base.AfterAll();
    }

    protected static ErrorCode Error(short code) => (ErrorCode)code;
}
