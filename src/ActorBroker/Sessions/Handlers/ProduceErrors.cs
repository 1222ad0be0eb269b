using ActorBroker.Kafka;
using ActorBroker.Log;
using ActorBroker.Partitions;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The broker's own outcomes as the protocol says them. No default arms: a new outcome breaks the build here.</summary>
internal static class ProduceErrors
{
    public static ErrorCode ToErrorCode(this AppendError error) => error switch
    {
        AppendError.NotLeader => ErrorCode.NotLeaderOrFollower,
        AppendError.TooFewInSync => ErrorCode.NotEnoughReplicas,
        AppendError.TooLargeForSegment => ErrorCode.RecordListTooLarge,
        AppendError.OutOfOrderSequence => ErrorCode.OutOfOrderSequenceNumber,
        AppendError.InvalidProducerEpoch => ErrorCode.InvalidProducerEpoch,
        AppendError.Overloaded => ErrorCode.RequestTimedOut,    // no closer code; every client retries it
        AppendError.TimedOut => ErrorCode.RequestTimedOut,
        AppendError.DiskFailed => ErrorCode.KafkaStorageError,
    };

    public static ErrorCode ToErrorCode(this FetchError error) => error switch
    {
        FetchError.NotLeader => ErrorCode.NotLeaderOrFollower,
        FetchError.OffsetOutOfRange => ErrorCode.OffsetOutOfRange,
        FetchError.FencedLeaderEpoch => ErrorCode.FencedLeaderEpoch,
        FetchError.UnknownLeaderEpoch => ErrorCode.UnknownLeaderEpoch,
        FetchError.Overloaded => ErrorCode.NotLeaderOrFollower,    // no closer code for a read; every client retries it
        FetchError.DiskFailed => ErrorCode.KafkaStorageError,
    };

    /// <summary>What a client hears of a batch that was refused before it reached its partition (wire format notes §6, §11).</summary>
    public static ErrorCode ToErrorCode(this BatchError error) => error switch
    {
        BatchError.None => ErrorCode.None,
        BatchError.Incomplete or BatchError.LengthTooSmall or BatchError.BadCrc => ErrorCode.CorruptMessage,
        BatchError.TooLarge => ErrorCode.MessageTooLarge,
        BatchError.UnknownMagic => ErrorCode.CorruptMessage,
        BatchError.BadRecordCount or BatchError.ControlBatch or BatchError.BadSequence or BatchError.BadRecords
            or BatchError.MoreThanOneBatch or BatchError.MissingKey => ErrorCode.InvalidRecord,
        BatchError.BadCompression => ErrorCode.UnsupportedCompressionType,
    };
}
