namespace ActorBroker.Raft;

/// <summary>What a replica does at the moment. README, "Roles", has the picture.</summary>
public enum RaftRole
{
    /// <summary>Follows a leader, and has no vote as far as it knows.</summary>
    Learner,

    /// <summary>A voter that follows a leader, or waits for one.</summary>
    Follower,

    /// <summary>Asks whether an election could be won. Nobody's state changes by that.</summary>
    PreCandidate,

    /// <summary>Stands for election in an epoch of its own.</summary>
    Candidate,

    /// <summary>The only one that takes proposals in its epoch.</summary>
    Leader,

    /// <summary>Found a proof that the group's safety is broken. Does nothing any more.</summary>
    Stopped,
}
