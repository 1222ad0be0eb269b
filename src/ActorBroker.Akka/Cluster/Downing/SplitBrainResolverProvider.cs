using Akka.Actor;

namespace Akka.Cluster.SBR;

/// <summary>Downs one side of a cluster that has fallen apart (<c>akka.cluster.split-brain-resolver</c>).</summary>
public class SplitBrainResolverProvider(ActorSystem system, Cluster cluster) : IDowningProvider
{
    private readonly Cluster _cluster = cluster ?? Cluster.Get(system);
    private readonly SplitBrainResolverSettings _settings = new((cluster ?? Cluster.Get(system)).Settings.SplitBrainResolverConfig);

    public TimeSpan DownRemovalMargin => _cluster.Settings.DownRemovalMargin > TimeSpan.Zero ? _cluster.Settings.DownRemovalMargin : _settings.StableAfter;

    public Props? DowningActorProps => _settings.IsOff ? null : Props.Create(() => new SplitBrainResolver(_cluster, _settings));
}
