namespace ActorBroker.Raft;

/// <summary>What a leader knows of one of the others, for people and for placement.</summary>
/// <param name="DurableEnd">Durable there, and the same as here, before this.</param>
/// <param name="SilentTicks">Since it was heard last.</param>
public readonly record struct FollowerStatus(ReplicaId Id, ProgressState State, long DurableEnd, long SilentTicks);

/// <summary>How a leader feeds one of the others.</summary>
public enum ProgressState
{
    /// <summary>Where the logs agree is being looked for, with empty appends, one at a time.</summary>
    Probe,

    /// <summary>Records flow, several appends on the way.</summary>
    Replicate,

    /// <summary>Has to begin anew, since what it needs is no longer in the leader's log.</summary>
    Install,
}
