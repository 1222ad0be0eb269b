using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>What the rest of the node sees of the cluster's metadata: the current image, and the actor that changes it.</summary>
/// <remarks>This is the seam behind which a replicated metadata log takes the place of the single persistent actor.
/// <see cref="Current"/> may be read from any thread; only the controller sets it, before it answers the command that made it.</remarks>
public interface IClusterMetadata
{
    ClusterImage Current { get; }

    /// <summary>Takes the commands of <see cref="IControllerCommand"/>, from any node of the cluster.</summary>
    IActorRef Controller { get; }
}

/// <summary>Where the controller puts its newest image.</summary>
internal sealed class PublishedImage
{
    private ClusterImage _current = ClusterImage.Empty;

    public ClusterImage Current => Volatile.Read(ref _current);

    /// <summary>Called by the controller alone.</summary>
    public void Publish(ClusterImage image)
    {
        Check.That(image.Version >= Current.Version);
        Volatile.Write(ref _current, image);
    }
}

/// <summary>The metadata of a node as its sessions see it.</summary>
internal sealed class ClusterMetadata(PublishedImage image, IActorRef controller) : IClusterMetadata
{
    public ClusterImage Current => image.Current;

    public IActorRef Controller { get; } = controller;
}
