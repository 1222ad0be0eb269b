using Akka.Actor;
using Akka.Actor.Internal;
using Akka.Event;
using Akka.Remote;

namespace Akka.Cluster;

/// <summary>Actors of this process and of others that form a cluster (<c>akka.actor.provider = cluster</c>).</summary>
public class ClusterActorRefProvider(string systemName, Settings settings, EventStream eventStream)
    : RemoteActorRefProvider(systemName, settings, eventStream)
{
    private ActorSystemImpl? _system;

    public override void Init(ActorSystemImpl system)
    {
        _system = system;
        base.Init(system);
    }

    internal override void Open()
    {
        base.Open();
        Cluster.Get(_system!);
    }
}
