using ActorBroker.Messages;
using ActorBroker.Raft;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>References to the controllers of other nodes.</summary>
/// <remarks>Owner: the controller.</remarks>
internal sealed class PeerLinks(ExtendedActorSystem system, ClusterPeers peers, Func<ClusterImage> image)
{
    private readonly Dictionary<Address, IActorRef> _controllers = [];

    /// <summary>The controller of the node that has the replica; null when no member says that it is that node.</summary>
    public IActorRef? Find(ReplicaId replica)
    {
        var node = new NodeId(replica.Node);
        return peers.Find(node, image().Nodes.GetValueOrDefault(node)?.AkkaAddress ?? "") is { } address ? At(address) : null;
    }

    public IActorRef At(Address address)
    {
        if (!_controllers.TryGetValue(address, out var controller))
        {
            controller = system.Provider.ResolveActorRef(new RootActorPath(address) / "user" / "broker" / "controller");
            _controllers[address] = controller;
        }

        return controller;
    }

    public void Forget(Address address) => _controllers.Remove(address);
}
