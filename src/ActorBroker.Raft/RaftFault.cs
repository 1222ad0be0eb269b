namespace ActorBroker.Raft;

/// <summary>Rules that tests switch off, to see that their checkers notice. Never set outside of tests.</summary>
[Flags]
internal enum RaftFault
{
    None = 0,

    /// <summary>A leader commits records of earlier epochs by counting replicas (Raft, figure 8).</summary>
    CommitsOldEpochs = 1,

    /// <summary>A voter grants every vote asked of it in an epoch.</summary>
    VotesTwice = 2,

    /// <summary>A voter does not look at the candidate's log.</summary>
    VotesForShorterLogs = 4,

    /// <summary>A leader counts its own records before they are durable.</summary>
    CountsUndurable = 8,

    /// <summary>A follower takes records without looking whether its log agrees before them.</summary>
    SkipsLogMatching = 16,

    /// <summary>A follower acknowledges records before they are durable.</summary>
    AcknowledgesUndurable = 32,

    /// <summary>A leader changes the membership again before the last change is committed.</summary>
    ChangesTogether = 64,

    /// <summary>A leader changes the membership before it committed in its own epoch.</summary>
    ChangesTooEarly = 128,

    /// <summary>Nobody asks before it stands for election.</summary>
    SkipsPreVote = 256,

    /// <summary>Voters do not mind that they hear a leader.</summary>
    ForgetsLeader = 512,

    /// <summary>A leader hands over before the next one has everything.</summary>
    TransfersEarly = 1024,
}
