namespace ActorBroker.Messages.Sessions;

/// <summary>Why a node did not do what a client asked for. The numbers are the protocol: they never change.</summary>
public enum SessionError
{
    None = 0,

    /// <summary>A bug of the node; its log says more.</summary>
    Unknown = 1,
    UnsupportedVersion = 2,
    Overloaded = 3,
    TimedOut = 4,
    ShuttingDown = 5,
    InvalidRequest = 6,

    /// <summary>The sender broke the protocol's credit rules; its session is over.</summary>
    CreditExceeded = 7,

    UnknownTopicOrPartition = 20,
    NotLeader = 21,
    LeaderNotAvailable = 22,
    StorageFailed = 23,
    OffsetOutOfRange = 24,
    FencedLeaderEpoch = 25,
    UnknownLeaderEpoch = 26,

    TooFewInSync = 40,
    BatchTooLarge = 41,
    InvalidBatch = 42,
    OutOfOrderSequence = 43,
    InvalidProducerEpoch = 44,

    TopicExists = 60,
    InvalidTopicName = 61,
    InvalidPartitions = 62,
    InvalidReplicationFactor = 63,
    InvalidConfig = 64,

    CoordinatorLoading = 80,
    CoordinatorNotAvailable = 81,
    InvalidGroupId = 82,
    InvalidSessionTimeout = 83,
    UnknownMember = 84,
    IllegalGeneration = 85,
    InconsistentProtocol = 86,
    MemberIdRequired = 87,
    GroupFull = 88,
    FencedInstance = 89,
    RebalanceInProgress = 90,
    MetadataTooLarge = 91,
    NonEmptyGroup = 92,
    GroupNotFound = 93,
    SubscribedToTopic = 94,

    /// <summary>Another node coordinates the group: ask the next one.</summary>
    NotCoordinator = 95,
}
