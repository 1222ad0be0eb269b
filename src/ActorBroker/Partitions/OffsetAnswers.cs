using ActorBroker.Log;

namespace ActorBroker.Partitions;

/// <summary>Answers questions about a leader's offsets from its log.</summary>
/// <remarks>Called by the log's owner, with nothing staged.</remarks>
internal static class OffsetAnswers
{
    public static OffsetFound Find(FindOffset command, PartitionLog log, LeaderEpoch epoch)
    {
        var end = log.Offsets.HighWatermark;
        return command.Question switch
        {
            OffsetQuestion.Latest => new OffsetFound(command.Id, end, -1, epoch),
            OffsetQuestion.Earliest => new OffsetFound(command.Id, log.Offsets.Start, -1, log.EpochAt(log.Offsets.Start)),
            OffsetQuestion.AtTimestamp => Hit(command, log.FindByTimestamp(command.Timestamp, end)),
            OffsetQuestion.MaxTimestamp => Hit(command, log.FindMaxTimestamp(end)),
        };
    }

    /// <summary>The present epoch has an end even before its first batch: the log's own.</summary>
    public static EpochEndFound Find(FindEpochEnd command, PartitionLog log, LeaderEpoch epoch) => new(
        command.Id, command.Epoch == epoch ? new EpochEnd(epoch, log.Offsets.End) : log.EndOfEpoch(command.Epoch));

    private static OffsetFound Hit(FindOffset command, TimestampHit? hit) => hit is { } found
        ? new OffsetFound(command.Id, found.Offset, found.Timestamp, found.Epoch)
        : new OffsetFound(command.Id, Offset.None, -1, LeaderEpoch.None);
}
