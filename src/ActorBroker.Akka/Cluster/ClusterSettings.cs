using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Cluster;

/// <summary><c>akka.cluster.*</c>, documented in cluster.conf, where the defaults are.</summary>
public sealed class ClusterSettings
{
    public ClusterSettings(Config config, string systemName)
    {
        ArgumentNullException.ThrowIfNull(config);
        var cluster = config.GetConfig("akka.cluster");
        SeedNodes = [.. cluster.GetStringList("seed-nodes").Select(seed => ReadSeed(seed, systemName))];
        SeedNodeTimeout = Positive(cluster, "seed-node-timeout");
        RetryUnsuccessfulJoinAfter = cluster.GetString("retry-unsuccessful-join-after") == "off" ? null : Positive(cluster, "retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = OptionalTime(cluster, "shutdown-after-unsuccessful-join-seed-nodes", null);
        DowningProviderClass = cluster.GetString("downing-provider-class", "");
        DownRemovalMargin = OptionalTime(cluster, "down-removal-margin", null) ?? TimeSpan.Zero;
        Roles = [.. cluster.GetStringList("roles")];
        AppVersion = cluster.GetString("app-version") is var version && version is "assembly-version" or "" ? AppVersion.AssemblyVersion : AppVersion.Create(version);
        MinNrOfMembers = Math.Max(1, cluster.GetInt("min-nr-of-members", 1));
        LogInfo = cluster.GetBoolean("log-info", true);
        LogInfoVerbose = cluster.GetBoolean("log-info-verbose");
        RunCoordinatedShutdownWhenDown = cluster.GetBoolean("run-coordinated-shutdown-when-down", true);
        WeaklyUpAfter = OptionalTime(cluster, "allow-weakly-up-members", TimeSpan.FromSeconds(7));
        PeriodicTasksInitialDelay = Positive(cluster, "periodic-tasks-initial-delay");
        GossipInterval = Positive(cluster, "gossip-interval");
        LeaderActionsInterval = Positive(cluster, "leader-actions-interval");
        UnreachableNodesReaperInterval = Positive(cluster, "unreachable-nodes-reaper-interval");
        GossipDifferentViewProbability = cluster.GetDouble("gossip-different-view-probability");
        UseDispatcher = cluster.GetString("use-dispatcher", "");
        PruneGossipTombstonesAfter = Positive(cluster, "prune-gossip-tombstones-after");
        GossipOfChangesInterval = Positive(cluster, "gossip-of-changes-interval");
        FailureDetectorConfig = cluster.GetConfig("failure-detector");
        FailureDetectorImplementationClass = FailureDetectorConfig.GetString("implementation-class");
        HeartbeatInterval = Positive(FailureDetectorConfig, "heartbeat-interval");
        HeartbeatExpectedResponseAfter = Positive(FailureDetectorConfig, "expected-response-after");
        MonitoredByNrOfMembers = Math.Max(1, FailureDetectorConfig.GetInt("monitored-by-nr-of-members"));
        MinNrOfMembersOfRole = ReadRoles(cluster);
        SplitBrainResolverConfig = cluster.GetConfig("split-brain-resolver");
    }

    public ImmutableList<Address> SeedNodes { get; }

    public TimeSpan SeedNodeTimeout { get; }

    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    public string DowningProviderClass { get; }

    public TimeSpan DownRemovalMargin { get; }

    public ImmutableHashSet<string> Roles { get; }

    public AppVersion AppVersion { get; }

    public int MinNrOfMembers { get; }

    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    public bool LogInfo { get; }

    public bool LogInfoVerbose { get; }

    public bool RunCoordinatedShutdownWhenDown { get; }

    public bool AllowWeaklyUpMembers => WeaklyUpAfter is not null;

    public TimeSpan? WeaklyUpAfter { get; }

    public TimeSpan PeriodicTasksInitialDelay { get; }

    public TimeSpan GossipInterval { get; }

    public TimeSpan LeaderActionsInterval { get; }

    public TimeSpan UnreachableNodesReaperInterval { get; }

    public double GossipDifferentViewProbability { get; }

    public string UseDispatcher { get; }

    public TimeSpan PruneGossipTombstonesAfter { get; }

    public Config FailureDetectorConfig { get; }

    public string FailureDetectorImplementationClass { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    public int MonitoredByNrOfMembers { get; }

    internal TimeSpan GossipOfChangesInterval { get; }

    internal Config SplitBrainResolverConfig { get; }

    /// <summary>A time, <c>off</c> for null, or <c>on</c> for what the caller says.</summary>
    internal static TimeSpan? OptionalTime(Config config, string key, TimeSpan? on) => config.GetString(key, "off").ToLowerInvariant() switch
    {
        "off" or "false" or "no" => null,
        "on" or "true" or "yes" => on,
        _ => config.GetTimeSpan(key),
    };

    private static TimeSpan Positive(Config config, string key)
    {
        var time = config.GetTimeSpan(key);
        return time > TimeSpan.Zero ? time : throw new ConfigurationException($"akka.cluster: {key} = {time} must be above 0.");
    }

    private static Address ReadSeed(string seed, string systemName)
    {
        if (!Address.TryParse(seed, out var address) || address.HasLocalScope || address.Port is null)
        {
            throw new ConfigurationException($"akka.cluster.seed-nodes: [{seed}] is not an address such as akka.tcp://{systemName}@host:port.");
        }

        return address.System == systemName
            ? address
            : throw new ConfigurationException($"akka.cluster.seed-nodes: [{seed}] is of a system named {address.System}, this one is named {systemName}: the names must be the same.");
    }

    private static ImmutableDictionary<string, int> ReadRoles(Config cluster)
    {
        var minimums = ImmutableDictionary.CreateBuilder<string, int>();
        if (cluster.GetConfig("role") is { IsEmpty: false } roles)
        {
            foreach (var role in roles.Root.GetObject().Items.Keys)
            {
                minimums[role] = roles.GetInt($"{role}.min-nr-of-members");
            }
        }

        return minimums.ToImmutable();
    }
}
