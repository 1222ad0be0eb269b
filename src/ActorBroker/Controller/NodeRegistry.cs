using ActorBroker.Controller.Replication;
using ActorBroker.Messages;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>Decides, while this node leads the metadata log, who belongs to the cluster, and who is there.</summary>
internal sealed class NodeRegistry(ILeadership leadership, Func<StoredMembership> membership)
{
    private readonly HashSet<NodeId> _proposed = [];
    private readonly Dictionary<NodeId, TimeSpan> _leaving = [];

    /// <summary>A node that does not repeat that it leaves has thought better of it, or is gone.</summary>
    private static readonly TimeSpan LeavingForgottenAfter = TimeSpan.FromSeconds(10);

    public void Register(RegisterNode command, IActorRef client)
    {
        var image = leadership.Tip.Image;
        if (command.ClusterId != Guid.Empty && command.ClusterId != image.ClusterId)
        {
            Reject(command, client, OtherCluster(command.ClusterId, image));
            return;
        }

        var id = new NodeId(command.Node);
        image.Nodes.TryGetValue(id, out var known);
        if (known is not null && known.AkkaAddress != command.AkkaAddress && leadership.Peers.IsReachable(known.AkkaAddress))
        {
            Reject(command, client, $"node id {id} is in use by the node at {known.AkkaAddress}: choose another id (--node-id, broker.node-id)");
            return;
        }

        if (_proposed.Contains(id))
        {
            return;    // asked again before the first answer
        }

        var isSameFolder = known is not null && known.FolderId == command.FolderId;
        var incarnation = known is null ? IncarnationOfStranger(command) : isSameFolder ? known.Incarnation : known.Incarnation + 1;
        if (known is not null && !isSameFolder)
        {
            leadership.Log.Warning("Node {0} is back with another data folder: what only its old one had is lost", id);
        }

        // Even when nothing changes: that the record is committed shows that this leader's image is not out of date.
        List<IMetadataEvent> events = [new NodeRegistered(
            command.Node, incarnation, command.FolderId, command.Host, command.Port, command.Rack, command.AkkaAddress)];
        if (known is not null && (!known.IsOnline || known.IsLeaving))
        {
            events.Add(new NodeStatusChanged(command.Node, IsAlive: true, known.IsDrained, IsLeaving: false));
        }

        _leaving.Remove(id);
        _proposed.Add(id);
        leadership.Propose(events, isCommitted =>
        {
            _proposed.Remove(id);
            if (isCommitted)
            {
                leadership.Log.Info("Node {0} {1} at {2}, Kafka clients at {3}:{4}", id, known is null ? "joined" : "is back", command.AkkaAddress, command.Host, command.Port);
                Accept(client, incarnation);
            }
        });
    }

    public void Drain(DrainNode command, CommandSender sender)
    {
        var image = leadership.Tip.Image;
        if (!image.Nodes.TryGetValue(command.Node, out var node))
        {
            leadership.Reply(sender, new ControllerRefused(command.Id, ControllerError.UnknownNode, $"There is no node {command.Node}."));
            return;
        }

        if (command.IsDraining && !image.Nodes.Values.Any(other => other.Id != node.Id && other.Status == NodeStatus.Online))
        {
            leadership.Reply(sender, new ControllerRefused(
                command.Id, ControllerError.NoOtherNode, $"Node {node.Id} cannot be drained: no other node is online and could take what it has."));
            return;
        }

        if (node.IsDrained == command.IsDraining)
        {
            leadership.Reply(sender, new NodeChanged(command.Id, node.Id, node.Status));
            return;
        }

        leadership.Propose([new NodeStatusChanged(node.Id.Value, node.IsOnline, command.IsDraining, node.IsLeaving)], isCommitted =>
        {
            if (isCommitted && leadership.Committed.Nodes.TryGetValue(command.Node, out var changed))
            {
                leadership.Log.Info("Node {0} {1}", node.Id, command.IsDraining ? "is drained: it hands over its partitions" : "is used again");
                leadership.Reply(sender, new NodeChanged(command.Id, node.Id, changed.Status));
            }
            else
            {
                leadership.Reply(sender, new ControllerRefused(command.Id, ControllerError.NotAvailable, "The metadata leader has changed; try again."));
            }
        });
    }

    /// <summary>A node wants to end: hands its partitions to others first, where there are others.</summary>
    public void Leave(LeaveNode command, IActorRef client)
    {
        var image = leadership.Tip.Image;
        var id = new NodeId(command.Node);
        if (!image.Nodes.TryGetValue(id, out var node))
        {
            client.Tell(new LeaveProgress(0, MayGo: true));
            return;
        }

        if (command.IsGone)
        {
            Gone(node);
            return;
        }

        _leaving[id] = leadership.Now;
        if (!node.IsLeaving)
        {
            leadership.Propose([new NodeStatusChanged(node.Id.Value, node.IsOnline, node.IsDrained, IsLeaving: true)], isCommitted =>
            {
                if (isCommitted)
                {
                    leadership.Log.Info("Node {0} leaves: it hands over its partitions", id);
                }
            });
        }

        // Others that leave at the same time take nothing.
        var canMove = image.Nodes.Values.Any(other => other.Id != id && other.Status == NodeStatus.Online);
        // Also what is decided and not yet committed: others must be able to take it over without this node.
        var left = canMove ? Math.Max(PartitionsOn(image, id), PartitionsOn(leadership.Committed, id)) : 0;
        var keepsVote = canMove && membership().Voters.Any(voter => voter.Node == command.Node);
        client.Tell(new LeaveProgress(left, node.IsLeaving && left == 0 && !keepsVote));
    }

    /// <summary>Compares the members that Akka.Cluster sees with the image.</summary>
    public void OnTick()
    {
        List<IMetadataEvent> events = [];
        foreach (var node in leadership.Tip.Image.Nodes.Values)
        {
            var isAlive = leadership.Peers.IsReachable(node.AkkaAddress) || node.Id == leadership.Settings.Node.Id;
            if (!isAlive && node.IsOnline)
            {
                leadership.Log.Warning("Node {0} at {1} cannot be reached: its {2} partitions are offline until it is back", node.Id, node.AkkaAddress, PartitionsOn(leadership.Tip.Image, node.Id));
                events.Add(new NodeStatusChanged(node.Id.Value, IsAlive: false, node.IsDrained, node.IsLeaving));
            }
            else if (isAlive && !node.IsOnline && !node.IsLeaving)
            {
                leadership.Log.Info("Node {0} at {1} is reached again", node.Id, node.AkkaAddress);
                events.Add(new NodeStatusChanged(node.Id.Value, IsAlive: true, node.IsDrained, IsLeaving: false));
            }
            else if (isAlive && node.IsLeaving && node.IsOnline && IsForgotten(node.Id))
            {
                events.Add(new NodeStatusChanged(node.Id.Value, IsAlive: true, node.IsDrained, IsLeaving: false));
            }
        }

        if (events.Count > 0)
        {
            leadership.Propose(events);
        }
    }

    public static int PartitionsOn(ClusterImage image, NodeId node)
    {
        var count = 0;
        foreach (var topic in image.Topics.Values)
        {
            foreach (var partition in topic.Partitions)
            {
                if (partition.Replicas.Contains(node))
                {
                    count++;
                }
            }
        }

        return count;
    }

    private bool IsForgotten(NodeId node)
    {
        if (_leaving.TryAdd(node, leadership.Now))
        {
            return false;    // heard of by the leader before this one: it gets its time here, too
        }

        return leadership.Now - _leaving[node] > LeavingForgottenAfter;
    }

    private void Gone(NodeImage node)
    {
        _leaving.Remove(node.Id);
        var isEmpty = PartitionsOn(leadership.Tip.Image, node.Id) == 0;
        leadership.Log.Info("Node {0} has left{1}", node.Id, isEmpty ? "" : "; its partitions are offline until it is back");
        leadership.Propose([isEmpty
            ? new NodeRemoved(node.Id.Value)
            : new NodeStatusChanged(node.Id.Value, IsAlive: false, node.IsDrained, IsLeaving: true)]);
    }

    /// <summary>Of a node that the image does not know. With an empty folder it has forgotten what it promised in the metadata log's group, so it
    /// must not be taken for a replica that it once was and that is still in the group.</summary>
    private int IncarnationOfStranger(RegisterNode command)
    {
        if (command.ClusterId != Guid.Empty)
        {
            return command.Incarnation;
        }

        var group = membership();
        var known = group.Voters.Concat(group.Learners).Where(replica => replica.Node == command.Node);
        return known.Select(replica => replica.Incarnation + 1).Append(command.Incarnation).Max();
    }

    private void Accept(IActorRef client, int incarnation) =>
        client.Tell(new NodeAccepted(leadership.Committed.ClusterId, incarnation, membership(), leadership.Committed.Version));

    private void Reject(RegisterNode command, IActorRef client, string reason)
    {
        leadership.Log.Warning("Node {0} at {1} is refused: {2}", command.Node, command.AkkaAddress, reason);
        client.Tell(new NodeRejected(reason));
    }

    /// <summary>Why a node with another cluster's data folder is refused.</summary>
    public static string OtherCluster(Guid folder, ClusterImage image) =>
        $"its data folder belongs to cluster {ClusterImage.TextOf(folder)}, and this is cluster {image.ClusterIdText}: start it with the seeds of its own cluster, or with an empty data folder";
}
