using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>Notices that this node is alone. A node that starts while it cannot reach the others may found an Akka cluster of its own; later nothing
/// in Akka brings the two together. So a node without a metadata leader asks the nodes that the image knows and that are no members here.</summary>
/// <remarks>Owner: the controller.</remarks>
internal sealed class Isolation(NodeId self, ClusterPeers peers, PeerLinks links)
{
    /// <summary>Longer than any election takes.</summary>
    private static readonly TimeSpan AfterSilence = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan AskEvery = TimeSpan.FromSeconds(1);

    private (NodeId Node, string Address)[] _others = [];
    private TimeSpan _leaderSeen;
    private TimeSpan _nextQuestion;

    /// <returns>Whether to ask around now.</returns>
    public bool OnTick(bool hasLeader, TimeSpan now)
    {
        if (hasLeader)
        {
            _leaderSeen = now;
        }

        if (now - _leaderSeen <= AfterSilence || now < _nextQuestion)
        {
            return false;
        }

        _nextQuestion = now + AskEvery;
        return true;
    }

    public void AskAround(ClusterImage image, Guid clusterId, IActorRef controller)
    {
        var members = peers.Others.Select(other => other.ToString()).ToHashSet();
        foreach (var node in image.Nodes.Values)
        {
            if (node.Id != self && !members.Contains(node.AkkaAddress) && Address.TryParse(node.AkkaAddress, out var address))
            {
                links.At(address).Tell(new FindCluster(clusterId), controller);
            }
        }
    }

    /// <summary>The other nodes, when they are others than before; null otherwise.</summary>
    public IReadOnlyList<(NodeId Node, string Address)>? NoteOthers(ClusterImage image)
    {
        var others = image.Nodes.Values.Where(node => node.Id != self).OrderBy(node => node.Id.Value).Select(node => (node.Id, node.AkkaAddress)).ToArray();
        if (others.SequenceEqual(_others))
        {
            return null;
        }

        _others = others;
        return others;
    }
}
