using Akka.Configuration;

namespace Akka.Cluster.SBR;

/// <summary><c>akka.cluster.split-brain-resolver</c>, documented in cluster.conf.</summary>
public sealed class SplitBrainResolverSettings
{
    public SplitBrainResolverSettings(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        DowningStrategy = config.GetString("active-strategy").ToLowerInvariant();
        if (DowningStrategy is not ("keep-majority" or "down-all" or "off"))
        {
            throw new ConfigurationException(
                $"akka.cluster.split-brain-resolver.active-strategy = {DowningStrategy}: keep-majority, down-all and off are there.");
        }

        StableAfter = config.GetTimeSpan("stable-after");
        if (StableAfter <= TimeSpan.Zero)
        {
            throw new ConfigurationException($"akka.cluster.split-brain-resolver.stable-after = {StableAfter} must be above 0.");
        }

        DownAllWhenUnstable = ClusterSettings.OptionalTime(config, "down-all-when-unstable", StableAfter + (StableAfter * 0.75));
        KeepMajorityRole = config.GetString("keep-majority.role", "");
    }

    public string DowningStrategy { get; }

    public TimeSpan StableAfter { get; }

    /// <summary>Null: an unstable cluster is left alone.</summary>
    public TimeSpan? DownAllWhenUnstable { get; }

    public string KeepMajorityRole { get; }

    internal bool IsOff => DowningStrategy == "off";
}
