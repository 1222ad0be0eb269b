using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client;

/// <summary>What a client makes of the broker's errors.</summary>
public static class SessionErrors
{
    /// <summary>The same request may succeed later, perhaps at another node, without anybody changing anything.</summary>
    /// <remarks>Groups have rules of their own: a consumer rejoins where this says no (UnknownMember, IllegalGeneration, RebalanceInProgress).</remarks>
    public static bool IsRetriable(SessionError error) => error switch
    {
        SessionError.Overloaded or SessionError.TimedOut or SessionError.ShuttingDown => true,
        SessionError.UnknownTopicOrPartition => true,   // just created, perhaps: the news has not reached that node
        SessionError.NotLeader or SessionError.LeaderNotAvailable => true,
        SessionError.FencedLeaderEpoch or SessionError.UnknownLeaderEpoch => true,
        SessionError.StorageFailed or SessionError.TooFewInSync => true,
        SessionError.CoordinatorLoading or SessionError.CoordinatorNotAvailable or SessionError.NotCoordinator => true,
        _ => false,
    };

    /// <summary>The client's view of the cluster may be out of date: renew it before the next attempt.</summary>
    public static bool NeedsNewView(SessionError error) => error is SessionError.UnknownTopicOrPartition or SessionError.NotLeader
        or SessionError.LeaderNotAvailable or SessionError.FencedLeaderEpoch or SessionError.UnknownLeaderEpoch or SessionError.StorageFailed;

    /// <summary>The exception that a caller would look for.</summary>
    internal static BrokerException ToException(SessionError error, string message) => error switch
    {
        SessionError.TopicExists => new TopicExistsException(message),
        SessionError.UnknownTopicOrPartition => new UnknownTopicOrPartitionException(message),
        SessionError.OffsetOutOfRange => new OffsetOutOfRangeException(message),
        SessionError.TimedOut => new BrokerTimeoutException(message),
        _ when IsOfGroups(error) => new GroupException(error, message),
        _ => new BrokerException(error, message),
    };

    private static bool IsOfGroups(SessionError error) => error is >= SessionError.CoordinatorLoading and <= SessionError.NotCoordinator;
}
