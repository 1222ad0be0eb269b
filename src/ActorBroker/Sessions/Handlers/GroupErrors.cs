using ActorBroker.Groups;
using ActorBroker.Kafka;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The coordinators' outcomes as the protocol says them. No default arm: a new one breaks the build here.</summary>
internal static class GroupErrors
{
    public static ErrorCode ToErrorCode(this GroupError error) => error switch
    {
        GroupError.None => ErrorCode.None,
        GroupError.CoordinatorLoading => ErrorCode.CoordinatorLoadInProgress,
        GroupError.CoordinatorNotAvailable => ErrorCode.CoordinatorNotAvailable,
        GroupError.NotCoordinator => ErrorCode.NotCoordinator,
        GroupError.InvalidGroupId => ErrorCode.InvalidGroupId,
        GroupError.InvalidSessionTimeout => ErrorCode.InvalidSessionTimeout,
        GroupError.UnknownMember => ErrorCode.UnknownMemberId,
        GroupError.IllegalGeneration => ErrorCode.IllegalGeneration,
        GroupError.InconsistentProtocol => ErrorCode.InconsistentGroupProtocol,
        GroupError.MemberIdRequired => ErrorCode.MemberIdRequired,
        GroupError.GroupFull => ErrorCode.GroupMaxSizeReached,
        GroupError.FencedInstance => ErrorCode.FencedInstanceId,
        GroupError.RebalanceInProgress => ErrorCode.RebalanceInProgress,
        GroupError.MetadataTooLarge => ErrorCode.OffsetMetadataTooLarge,
        GroupError.NonEmptyGroup => ErrorCode.NonEmptyGroup,
        GroupError.GroupNotFound => ErrorCode.GroupIdNotFound,
        GroupError.SubscribedToTopic => ErrorCode.GroupSubscribedToTopic,
        GroupError.UnknownPartition => ErrorCode.UnknownTopicOrPartition,
        GroupError.StorageFailed => ErrorCode.KafkaStorageError,
    };
}
