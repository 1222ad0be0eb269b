using ActorBroker.Controller;
using ActorBroker.Groups;
using ActorBroker.Log;
using ActorBroker.Messages.Sessions;
using ActorBroker.Partitions;
using ActorBroker.Sessions.Handlers;

namespace ActorBroker.Sessions.Native;

/// <summary>The broker's own outcomes as the native protocol says them. No default arms: a new outcome breaks the build here.</summary>
internal static class SessionErrors
{
    public static SessionError ToSessionError(this RouteGap gap) => gap switch
    {
        RouteGap.Fenced => SessionError.StorageFailed,
        RouteGap.NotLed => SessionError.LeaderNotAvailable,
        RouteGap.Elsewhere => SessionError.NotLeader,
        RouteGap.Unknown => SessionError.UnknownTopicOrPartition,
    };

    public static SessionError ToSessionError(this AppendError error) => error switch
    {
        AppendError.NotLeader => SessionError.NotLeader,
        AppendError.TooFewInSync => SessionError.TooFewInSync,
        AppendError.TooLargeForSegment => SessionError.BatchTooLarge,
        AppendError.OutOfOrderSequence => SessionError.OutOfOrderSequence,
        AppendError.InvalidProducerEpoch => SessionError.InvalidProducerEpoch,
        AppendError.Overloaded => SessionError.Overloaded,
        AppendError.TimedOut => SessionError.TimedOut,
        AppendError.DiskFailed => SessionError.StorageFailed,
    };

    public static SessionError ToSessionError(this FetchError error) => error switch
    {
        FetchError.NotLeader => SessionError.NotLeader,
        FetchError.OffsetOutOfRange => SessionError.OffsetOutOfRange,
        FetchError.FencedLeaderEpoch => SessionError.FencedLeaderEpoch,
        FetchError.UnknownLeaderEpoch => SessionError.UnknownLeaderEpoch,
        FetchError.Overloaded => SessionError.Overloaded,
        FetchError.DiskFailed => SessionError.StorageFailed,
    };

    /// <summary>What a client hears of a batch that was refused before it reached its partition.</summary>
    public static SessionError ToSessionError(this BatchError error) => error switch
    {
        BatchError.None => SessionError.None,
        BatchError.TooLarge => SessionError.BatchTooLarge,
        BatchError.Incomplete or BatchError.LengthTooSmall or BatchError.BadCrc or BatchError.UnknownMagic or BatchError.BadRecordCount
            or BatchError.ControlBatch or BatchError.BadSequence or BatchError.BadRecords or BatchError.MoreThanOneBatch
            or BatchError.MissingKey or BatchError.BadCompression => SessionError.InvalidBatch,
    };

    public static SessionError ToSessionError(this ControllerError error) => error switch
    {
        ControllerError.TopicExists => SessionError.TopicExists,
        ControllerError.UnknownTopic => SessionError.UnknownTopicOrPartition,
        ControllerError.InvalidTopicName => SessionError.InvalidTopicName,
        ControllerError.InvalidPartitions => SessionError.InvalidPartitions,
        ControllerError.InvalidReplicationFactor => SessionError.InvalidReplicationFactor,
        ControllerError.InvalidAssignment => SessionError.InvalidRequest,
        ControllerError.InvalidConfig => SessionError.InvalidConfig,
        ControllerError.TimedOut => SessionError.TimedOut,
        ControllerError.StorageFailed => SessionError.StorageFailed,
        ControllerError.NotAvailable => SessionError.TimedOut,
        ControllerError.UnknownNode or ControllerError.NoOtherNode or ControllerError.NoMoveUnderWay => SessionError.InvalidRequest,
        ControllerError.UnknownPartition => SessionError.UnknownTopicOrPartition,
    };

    public static SessionError ToSessionError(this GroupError error) => error switch
    {
        GroupError.None => SessionError.None,
        GroupError.CoordinatorLoading => SessionError.CoordinatorLoading,
        GroupError.CoordinatorNotAvailable => SessionError.CoordinatorNotAvailable,
        GroupError.NotCoordinator => SessionError.NotCoordinator,
        GroupError.InvalidGroupId => SessionError.InvalidGroupId,
        GroupError.InvalidSessionTimeout => SessionError.InvalidSessionTimeout,
        GroupError.UnknownMember => SessionError.UnknownMember,
        GroupError.IllegalGeneration => SessionError.IllegalGeneration,
        GroupError.InconsistentProtocol => SessionError.InconsistentProtocol,
        GroupError.MemberIdRequired => SessionError.MemberIdRequired,
        GroupError.GroupFull => SessionError.GroupFull,
        GroupError.FencedInstance => SessionError.FencedInstance,
        GroupError.RebalanceInProgress => SessionError.RebalanceInProgress,
        GroupError.MetadataTooLarge => SessionError.MetadataTooLarge,
        GroupError.NonEmptyGroup => SessionError.NonEmptyGroup,
        GroupError.GroupNotFound => SessionError.GroupNotFound,
        GroupError.SubscribedToTopic => SessionError.SubscribedToTopic,
        GroupError.UnknownPartition => SessionError.UnknownTopicOrPartition,
        GroupError.StorageFailed => SessionError.StorageFailed,
    };
}
