using ActorBroker.Log;

namespace ActorBroker.Partitions;

/// <summary>Says a log's verdicts in the words of the partition's protocol.</summary>
internal static class AppendErrors
{
    public static AppendError Of(AppendVerdict verdict) => verdict switch
    {
        AppendVerdict.OutOfOrderSequence => AppendError.OutOfOrderSequence,
        AppendVerdict.InvalidProducerEpoch => AppendError.InvalidProducerEpoch,
        AppendVerdict.TooLargeForSegment => AppendError.TooLargeForSegment,
        AppendVerdict.Appended or AppendVerdict.Duplicate => throw new InvariantException($"{verdict} is not a refusal"),
    };
}
