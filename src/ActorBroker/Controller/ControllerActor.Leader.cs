using ActorBroker.Messages;
using ActorBroker.Raft;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Controller;

/// <summary>How a node follows the metadata leader, and takes its leave of it.</summary>
internal sealed partial class ControllerActor
{
    private void LoseSilentLeader()
    {
        if (_leader is { } leader && !IsLeading && Now - _leaderHeard > ControllerSettings.LeaderSilence)
        {
            _log.Warning("Node {0}, which leads the metadata, has not been heard for {1}", leader.Node, ControllerSettings.LeaderSilence);
            FollowLeader(null);
        }
    }

    private void FollowLeader(ReplicaId? leader)
    {
        _leader = leader;
        _published.Leader = leader is { } known ? new NodeId(known.Node) : NodeId.None;
        _router.LeaderChanged(LeaderController, Self, null);
    }

    private void Depart()
    {
        if (_departure is not { IsOver: false } departure)
        {
            return;
        }

        if (_metadata is null || !_hosting.HasBegun)
        {
            departure.Skip();
        }
        else if (_leadership is { } leadership)
        {
            leadership.Leave(departure.Question, Self);
            if (departure.IsEmpty && leadership.Successor is { } successor)
            {
                _log.Info("Node {0} hands the metadata over to node {1}", _settings.Node.Id, successor.Node);
                _metadata.Do(replica => replica.Transfer(successor));
            }
        }
        else
        {
            ToLeader(departure.Question);
        }

        EndDeparture(departure);
    }

    private void OnLeaveProgress(LeaveProgress progress)
    {
        if (_departure is { IsOver: false } departure)
        {
            departure.OnProgress(progress);
            EndDeparture(departure);
        }
    }

    private void EndDeparture(NodeDeparture departure)
    {
        if (departure.TryEnd(Now, out var client, out var left))
        {
            if (left > 0)
            {
                _log.Warning("Node {0} ends with {1} partitions that were not handed over in {2} (broker.cluster.leave-timeout): they are offline until it is back", _settings.Node.Id, left, _settings.Cluster.LeaveTimeout);
            }

            if (!IsLeading)
            {
                ToLeader(new LeaveNode(_settings.Node.Id.Value, IsGone: true));
            }

            client.Tell(ClusterLeft.Instance);
        }
    }
}
