namespace ActorBroker.Raft;

/// <summary>What became of the wish to hand the leadership over.</summary>
public enum TransferOutcome
{
    /// <summary>No proposals are taken until the target leads, or <see cref="TransferAborted"/> says that it did not work.</summary>
    Accepted,
    NotLeader,

    /// <summary>The target is this replica, or not a voter, or not heard within an election timeout.</summary>
    UnfitTarget,

    /// <summary>A hand-over is under way.</summary>
    Transferring,
}

/// <summary>How a leader hands over: takes no more proposals, waits until all is committed and the target has it, tells the target to stand.</summary>
/// <remarks>Source: Raft dissertation §3.10. The target then knows that its whole log is committed, and needs no entry of its own.</remarks>
internal sealed class LeadershipTransfer(RaftState state, Replication replication)
{
    private ReplicaId? _target;
    private long _deadline;
    private bool _isSent;

    public bool IsUnderWay => _target is not null;

    /// <summary>In this epoch somebody was told to stand, and may do so at any time: whoever voted for this leader may vote again.</summary>
    public bool HasSentInEpoch { get; private set; }

    public void BeginEpoch() => (_target, HasSentInEpoch) = (null, false);

    public TransferOutcome Start(ReplicaId target)
    {
        if (_target is not null)
        {
            return TransferOutcome.Transferring;
        }

        var isFit = replication.Find(target) is { } follower && state.Memberships.Current.IsVoter(target)
            && state.Now - follower.HeardAt < state.Options.ElectionTicksMin;
        if (!isFit)
        {
            return TransferOutcome.UnfitTarget;
        }

        (_target, _deadline, _isSent) = (target, state.Now + state.Options.ElectionTicksMin, false);
        SendWhenReady();
        return TransferOutcome.Accepted;
    }

    public void Tick()
    {
        if (_target is { } target && state.Now >= _deadline)
        {
            _target = null;
            state.Emit(new TransferAborted(target));
        }
    }

    /// <summary>The target, or the commit, may have come to the log's end.</summary>
    public void SendWhenReady()
    {
        var isEarly = state.Fault.HasFlag(RaftFault.TransfersEarly);
        if (_target is { } target && !_isSent && replication.Find(target) is { } follower
            && ((follower.MatchEnd == state.Log.End && state.Log.Commit == state.Log.End) || isEarly))
        {
            _isSent = true;
            Send(target, isEarly ? state.Log.End : state.Log.Commit);
        }
    }

    /// <summary>Asks the fittest voter to stand, without waiting for it: this replica leaves.</summary>
    public void LeaveToAnyone()
    {
        var fittest = replication.Followers.Where(follower => state.Memberships.Current.IsVoter(follower.Id)).MaxBy(follower => follower.MatchEnd);
        if (fittest is not null && fittest.MatchEnd == state.Log.Commit)
        {
            Send(fittest.Id, state.Log.Commit);
        }
    }

    private void Send(ReplicaId target, long commit)
    {
        HasSentInEpoch = true;
        state.Send(new TimeoutNow(state.Self, target, state.Epoch, commit));
    }
}
