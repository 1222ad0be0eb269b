using ActorBroker.Configuration;

namespace ActorBroker.Partitions;

/// <summary>broker.partition.* – documented in reference.conf, where the defaults are.</summary>
/// <param name="OpeningMax">Partitions that open or delete their files at a time.</param>
/// <param name="IdleTimeout">A partition without a message for so long is put to sleep; null: none is.</param>
/// <param name="AwakeMax">With more partitions awake, those without a message sleep at once.</param>
/// <param name="MovePartBytes">Of a log, in one message from the node that hands a partition over to the one that takes it.</param>
/// <param name="MoveBytesPerSecond">Of one partition that is copied, for what it had when its move began.</param>
/// <param name="MoveRequestTimeout">A part of a log that was asked for and did not come is asked for again.</param>
/// <param name="MoveStallTimeout">A copy that gets nothing for so long is given up.</param>
public sealed record PartitionSettings(
    int AppendsPendingMax,
    int WriteBytesMax,
    int ParkedFetchesMax,
    int OpeningMax,
    TimeSpan? IdleTimeout,
    int AwakeMax,
    int MovePartBytes,
    long MoveBytesPerSecond,
    TimeSpan MoveRequestTimeout,
    TimeSpan MoveStallTimeout)
{
    public static PartitionSettings Read(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new PartitionSettings(
            AppendsPendingMax: at.Count("appends-pending-max", min: 1, max: 1_000_000),
            WriteBytesMax: (int)at.Bytes("write-bytes-max", min: 4 * ByteSizes.KiB, max: 256 * ByteSizes.MiB),
            ParkedFetchesMax: at.Count("parked-fetches-max", min: 1, max: 1_000_000),
            OpeningMax: at.Count("opening-max", min: 1, max: 100_000),
            IdleTimeout: at.Text("idle-timeout") is "off" or "false" or "infinite" ? null : at.Duration("idle-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromDays(1)),
            AwakeMax: at.Count("awake-max", min: 1, max: 1_000_000),
            MovePartBytes: (int)at.Bytes("move-part-bytes", min: ByteSizes.KiB, max: 64 * ByteSizes.MiB),
            MoveBytesPerSecond: at.Bytes("move-bytes-per-second", min: ByteSizes.KiB, max: long.MaxValue),
            MoveRequestTimeout: at.Duration("move-request-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromMinutes(1)),
            MoveStallTimeout: at.Duration("move-stall-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)));
    }
}
