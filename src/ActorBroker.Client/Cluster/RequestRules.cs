using ActorBroker.Messages.Sessions;

namespace ActorBroker.Client.Cluster;

/// <summary>When a request is sent again. A request that has an effect each time it is carried out is sent again only when it is
/// known not to have been.</summary>
internal static class RequestRules
{
    /// <summary>The node may keep the request as long as the timeout says: silence means nothing while the node is alive.</summary>
    public static bool MayBeHeld(ISessionRequest request) => request is CreateTopic or DeleteTopic or AddPartitions or JoinGroup or SyncGroup;

    /// <summary>The group that the request is about: only its coordinator answers. Null: any node answers, or a leader.</summary>
    public static string? GroupOf(ISessionRequest request) => request switch
    {
        JoinGroup m => m.GroupId,
        SyncGroup m => m.GroupId,
        HeartbeatGroup m => m.GroupId,
        LeaveGroup m => m.GroupId,
        CommitGroupOffsets m => m.GroupId,
        FetchGroupOffsets m => m.GroupId,
        ForgetGroupOffsets m => m.GroupId,
        FindGroup m => m.GroupId,
        ForgetGroup m => m.GroupId,
        _ => null,
    };

    /// <summary>The error that a reply of its own kind carries, where it is one of the whole request.</summary>
    public static SessionError ErrorOf(ISessionReply reply) => reply switch
    {
        GroupJoined joined => joined.Error,
        GroupSynced synced => synced.Error,
        GroupReply done => done.Error,
        GroupFound found => found.Error,
        GroupOffsetsFetched fetched => fetched.Error,
        GroupOffsetsCommitted { Outcomes: [var first, ..] } => first,   // all depend on the same coordinator
        _ => SessionError.None,
    };

    /// <summary>The refusal says nothing about the request itself: the same one may be tried again at once.</summary>
    public static bool IsTriedAgain(ISessionRequest request, bool isForOneNode, SessionError error) => error switch
    {
        SessionError.Overloaded or SessionError.ShuttingDown => true,
        SessionError.CoordinatorLoading or SessionError.CoordinatorNotAvailable => true,
        SessionError.NotCoordinator => !isForOneNode,
        SessionError.TimedOut => request is not (CreateTopic or DeleteTopic or AddPartitions),   // the caller learns that it may have happened
        SessionError.NotLeader or SessionError.LeaderNotAvailable => !isForOneNode,
        _ => false,
    };
}
