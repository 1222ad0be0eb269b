using ActorBroker.Configuration;

namespace ActorBroker.Groups;

/// <summary>broker.groups.* – documented in reference.conf, where the defaults are.</summary>
public sealed record GroupSettings(
    int OffsetsPartitions,
    int OffsetMetadataBytesMax,
    TimeSpan InitialRebalanceDelay,
    TimeSpan SessionTimeoutMin,
    TimeSpan SessionTimeoutMax,
    int MembersMax,
    TimeSpan OffsetsRetention)
{
    public static GroupSettings Read(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        var longest = TimeSpan.FromDays(1);
        var sessionMin = at.Duration("session-timeout-min", TimeSpan.FromMilliseconds(1), longest);
        return new GroupSettings(
            OffsetsPartitions: at.Count("offsets-partitions", 1, 1000),
            OffsetMetadataBytesMax: (int)at.Bytes("offset-metadata-bytes-max", 0, ByteSizes.MiB),
            InitialRebalanceDelay: at.Duration("initial-rebalance-delay", TimeSpan.Zero, longest),
            SessionTimeoutMin: sessionMin,
            SessionTimeoutMax: at.Duration("session-timeout-max", sessionMin, longest),
            MembersMax: at.Count("members-max", 1, 100_000),
            OffsetsRetention: at.Duration("offsets-retention", TimeSpan.FromSeconds(1), TimeSpan.FromDays(36500)));
    }
}
