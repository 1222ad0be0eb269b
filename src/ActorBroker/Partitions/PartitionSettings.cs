using ActorBroker.Configuration;

namespace ActorBroker.Partitions;

/// <summary>broker.partition.* – documented in reference.conf, where the defaults are.</summary>
public sealed record PartitionSettings(int AppendsPendingMax, int WriteBytesMax, int ParkedFetchesMax)
{
    public static PartitionSettings Read(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new PartitionSettings(
            AppendsPendingMax: at.Count("appends-pending-max", min: 1, max: 1_000_000),
            WriteBytesMax: (int)at.Bytes("write-bytes-max", min: 4 * ByteSizes.KiB, max: 256 * ByteSizes.MiB),
            ParkedFetchesMax: at.Count("parked-fetches-max", min: 1, max: 1_000_000));
    }
}
