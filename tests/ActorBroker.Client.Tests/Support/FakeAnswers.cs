using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Tests.Support;

/// <summary>Answers of a cluster of one node.</summary>
internal static class FakeAnswers
{
    /// <summary>The actor system of the tests, where the node is, too.</summary>
    public const string Here = "akka://world";

    public static ClusterDescribed Describe(params ImmutableArray<string> topics) => new(
        "cluster", 1, new NodeId(0), new NodeId(0), [new ClusterNode(new NodeId(0), Here, "localhost", 9092, "")], [.. topics.Select(name => Topic(name))]);

    public static ClusterTopic Topic(string name, int epoch = 0, int leader = 0, SessionError error = SessionError.None) => new(
        name, Guid.Empty, false, error, error == SessionError.None ? [new ClusterPartition(0, new NodeId(leader), new LeaderEpoch(epoch), [new NodeId(0)])] : []);
}
