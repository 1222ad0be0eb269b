using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Controller;

/// <summary>What the rest of the node sees of the cluster's metadata: the current image, and the actor that changes it.</summary>
/// <remarks><see cref="Current"/> may be read from any thread; only the controller sets it, before it answers the command that made it.</remarks>
public interface IClusterMetadata
{
    ClusterImage Current { get; }

    /// <summary>The node that leads the metadata log, as far as this node knows; <see cref="NodeId.None"/> while nobody does.</summary>
    NodeId Leader { get; }

    /// <summary>Takes the commands of <see cref="IControllerCommand"/>, from any node of the cluster.</summary>
    IActorRef Controller { get; }
}

/// <summary>Where the controller puts its newest image.</summary>
internal sealed class PublishedImage
{
    private ClusterImage _current = ClusterImage.Empty;
    private int _leader = NodeId.None.Value;
    private IActorRef? _substitute;

    public ClusterImage Current => Volatile.Read(ref _current);

    public NodeId Leader
    {
        get => new(Volatile.Read(ref _leader));
        set => Volatile.Write(ref _leader, value.Value);
    }

    /// <summary>Answers commands instead of a controller that has stopped; null: it has not.</summary>
    public IActorRef? Substitute
    {
        get => Volatile.Read(ref _substitute);
        set => Volatile.Write(ref _substitute, value);
    }

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

    public NodeId Leader => image.Leader;

    public IActorRef Controller => image.Substitute ?? controller;
}
