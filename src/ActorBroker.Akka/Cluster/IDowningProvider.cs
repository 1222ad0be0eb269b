using Akka.Actor;

namespace Akka.Cluster;

/// <summary>Decides about members that cannot be reached (<c>akka.cluster.downing-provider-class</c>). Has a constructor with
/// (<see cref="ActorSystem"/>, <see cref="Cluster"/>).</summary>
public interface IDowningProvider
{
    /// <summary>How long somebody who takes over for a removed member should wait.</summary>
    TimeSpan DownRemovalMargin { get; }

    /// <summary>An actor that subscribes to the cluster's events and calls <see cref="Cluster.Down"/>; null: nobody decides.</summary>
    Props? DowningActorProps { get; }
}

/// <summary>An operator decides.</summary>
public sealed class NoDowning(ActorSystem system, Cluster cluster) : IDowningProvider
{
    private readonly Cluster _cluster = cluster ?? Cluster.Get(system);

    public TimeSpan DownRemovalMargin => _cluster.Settings.DownRemovalMargin;

    public Props? DowningActorProps => null;
}
