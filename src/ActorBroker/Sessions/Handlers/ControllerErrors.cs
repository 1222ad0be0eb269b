using ActorBroker.Controller;
using ActorBroker.Kafka;

namespace ActorBroker.Sessions.Handlers;

/// <summary>The controller's refusals as the protocol says them. No default arm: a new one breaks the build here.</summary>
internal static class ControllerErrors
{
    public static ErrorCode ToErrorCode(this ControllerError error) => error switch
    {
        ControllerError.TopicExists => ErrorCode.TopicAlreadyExists,
        ControllerError.UnknownTopic => ErrorCode.UnknownTopicOrPartition,
        ControllerError.InvalidTopicName => ErrorCode.InvalidTopicException,
        ControllerError.InvalidPartitions => ErrorCode.InvalidPartitions,
        ControllerError.InvalidReplicationFactor => ErrorCode.InvalidReplicationFactor,
        ControllerError.InvalidAssignment => ErrorCode.InvalidReplicaAssignment,
        ControllerError.InvalidConfig => ErrorCode.InvalidConfig,
        ControllerError.TimedOut => ErrorCode.RequestTimedOut,
        ControllerError.StorageFailed => ErrorCode.KafkaStorageError,
        ControllerError.NotAvailable => ErrorCode.NotController,
        ControllerError.UnknownNode => ErrorCode.InvalidRequest,
        ControllerError.NoOtherNode => ErrorCode.InvalidRequest,
        ControllerError.UnknownPartition => ErrorCode.UnknownTopicOrPartition,
        ControllerError.NoMoveUnderWay => ErrorCode.NoReassignmentInProgress,
    };
}
