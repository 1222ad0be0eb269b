using ActorBroker.Controller;
using ActorBroker.Log;

namespace ActorBroker.Partitions;

/// <summary>What is known of a log that its partition closed cleanly: enough to lead again, to answer the usual questions and to see when
/// retention has something to do, without opening it.</summary>
/// <param name="Epoch">In which the partition leads.</param>
/// <param name="StartEpoch">Of the batch at <paramref name="Start"/>.</param>
/// <param name="End">All before it is committed.</param>
/// <param name="OldestMs">Largest timestamp of the oldest segment that holds records.</param>
/// <param name="OldestBytes">Of that segment; 0: there is none.</param>
/// <param name="Bytes">Of all segments.</param>
/// <param name="IsNew">There is no folder: the partition was made and has had no message yet. Its first term is begun with the first one.</param>
internal sealed record SleepingLog(
    LeaderEpoch Epoch, Offset Start, LeaderEpoch StartEpoch, Offset End, long OldestMs, long OldestBytes, long Bytes, bool IsNew)
{
    /// <summary>A partition that nobody has used.</summary>
    public static SleepingLog New(LeaderEpoch epoch) => new(epoch, Offset.Zero, LeaderEpoch.None, Offset.Zero, -1, 0, 0, IsNew: true);

    /// <summary>Of a leader's log, with nothing staged and all of it committed; before it is closed.</summary>
    public static SleepingLog Of(PartitionLog log, LeaderEpoch epoch)
    {
        var oldest = log.Oldest;
        return new SleepingLog(
            epoch, log.Offsets.Start, log.EpochAt(log.Offsets.Start), log.Offsets.End, oldest?.NewestMs ?? -1, oldest?.Bytes ?? 0, log.SizeInBytes, IsNew: false);
    }

    /// <summary>Whether retention would delete the oldest segment, or might: opening the log tells.</summary>
    public bool IsRetentionDue(TopicSettings topic, long nowMs) =>
        OldestBytes > 0
        && ((topic.RetentionAge is { } age && nowMs - OldestMs > age.TotalMilliseconds) || (topic.RetentionBytes is { } kept && Bytes - OldestBytes >= kept));

    /// <summary>The answer to a question that needs no look into the log; null to one that does.</summary>
    public OffsetFound? Answer(FindOffset question) =>
        question.CurrentEpoch != LeaderEpoch.None && question.CurrentEpoch != Epoch ? null
        : question.Question == OffsetQuestion.Latest ? new OffsetFound(question.Id, End, -1, Epoch)
        : question.Question == OffsetQuestion.Earliest ? new OffsetFound(question.Id, Start, -1, StartEpoch)
        : null;
}
