namespace ActorBroker.Log;

/// <summary>What a control batch says. The numbers are those of the record key; others are ignored by readers.</summary>
public enum ControlType : short
{
    /// <summary>The producer's open transaction in this partition ended: its records are not to be shown.</summary>
    Abort = 0,

    /// <summary>The producer's open transaction in this partition ended: its records are to be shown.</summary>
    Commit = 1,

    /// <summary>A new leader began its epoch.</summary>
    LeaderChange = 2,

    SnapshotHeader = 3,
    SnapshotFooter = 4,
    RaftVersion = 5,
    RaftVoters = 6,
}
