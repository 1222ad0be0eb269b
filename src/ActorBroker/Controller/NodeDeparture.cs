using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>A node's way out: asks the metadata leader again and again whether everything is handed over, until it is or the time for it is over.</summary>
internal sealed class NodeDeparture(IActorRef client, NodeId node, TimeSpan timeout, TimeSpan began)
{
    private LeaveProgress? _progress;

    public bool IsOver { get; private set; }

    /// <summary>Nothing is left that could go elsewhere.</summary>
    public bool IsEmpty => _progress is { PartitionsLeft: 0 };

    public LeaveNode Question { get; } = new(node.Value, IsGone: false);

    public void OnProgress(LeaveProgress progress) => _progress = progress;

    /// <summary>There is nothing to hand over: the node has never been part of a cluster.</summary>
    public void Skip() => _progress = new LeaveProgress(0, MayGo: true);

    /// <param name="left">Partitions that were not handed over in time.</param>
    public bool TryEnd(TimeSpan now, out IActorRef waiting, out int left)
    {
        (waiting, left) = (client, _progress?.PartitionsLeft ?? 0);
        IsOver = _progress is { MayGo: true } || now - began > timeout;
        return IsOver;
    }
}
