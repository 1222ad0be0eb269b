namespace ActorBroker.Raft;

/// <summary>What became of a proposal.</summary>
public enum ProposeOutcome
{
    Accepted,
    NotLeader,

    /// <summary>Leadership is being handed over: ask the next leader.</summary>
    Transferring,
}

/// <summary>Answers a proposal.</summary>
/// <param name="BaseOffset">Offset of its first record; committed once a <see cref="CommitMoved"/> passes its last, in this epoch.</param>
public readonly record struct ProposeResult(ProposeOutcome Outcome, long BaseOffset, int Epoch);

/// <summary>One leader's time in office, from election to the end of its epoch.</summary>
/// <remarks>Source: Raft §5.4.2, §6.4 and dissertation §4.1, §6.2 (check-quorum).</remarks>
internal sealed class Leadership
{
    private readonly RaftState _state;
    private readonly Election _election;
    private readonly Replication _replication;
    private readonly LeadershipTransfer _transfer;
    private long _electedAt;
    private long _epochStart;
    private long[] _values = [];

    public Leadership(RaftState state, Election election)
    {
        (_state, _election) = (state, election);
        _replication = new Replication(state);
        _transfer = new LeadershipTransfer(state, _replication);
    }

    public Replication Replication => _replication;

    /// <summary>Takes office. Only a tail that is not known to be committed needs a record of this epoch behind it, so that users' offsets
    /// stay contiguous when leaders change in an orderly way.</summary>
    public void Begin()
    {
        Check.That(_state.Role == RaftRole.Candidate && _state.MayStand);
        (_electedAt, _epochStart) = (_state.Now, _state.Log.End);
        _replication.Begin();
        _transfer.BeginEpoch();
        _state.SetRole(RaftRole.Leader, _state.Self);
        if (_state.Memberships.HadNoVoterBut(_state.Self))
        {
            // Nobody was or will be elected without this replica's vote, so nobody has a record that could replace one that is here.
            _state.CommitTo(_state.Log.Durable);
        }

        if (_state.Log.Commit < _state.Log.End)
        {
            AppendControl(null);
        }

        _replication.Heartbeat();
    }

    public void Tick()
    {
        _transfer.Tick();
        if (_state.Now - HeardByMajority() >= _state.Options.ElectionTicksMin)
        {
            StepDown();
            return;
        }

        if ((_state.Now - _electedAt) % _state.Options.HeartbeatTicks == 0)
        {
            _replication.Heartbeat();
        }
    }

    public void Announce() => _replication.Heartbeat();

    public ProposeResult Propose(int recordCount)
    {
        Check.That(recordCount > 0);
        if (_transfer.IsUnderWay)
        {
            return new ProposeResult(ProposeOutcome.Transferring, -1, _state.Epoch);
        }

        var baseOffset = _state.Log.End;
        _state.Log.Append(_state.Epoch, baseOffset + recordCount);
        _state.Emit(new AppendProposed(baseOffset, _state.Log.End, _state.Epoch));
        _replication.SendNew();
        return new ProposeResult(ProposeOutcome.Accepted, baseOffset, _state.Epoch);
    }

    public void OnResponse(AppendResponse response)
    {
        _replication.OnResponse(response);
        AdvanceCommit();
    }

    /// <summary>This replica's own log, or another's, is durable further on.</summary>
    public void AdvanceCommit()
    {
        var end = ReachedByMajority();
        var isOwn = _state.Log.Epochs.EpochBefore(end) == _state.Epoch || _state.Fault.HasFlag(RaftFault.CommitsOldEpochs);
        if (end > _state.Log.Commit && isOwn)
        {
            _state.CommitTo(end);
        }

        if (!_state.IsVoter && _state.Memberships.InForce.Offset < _state.Log.Commit)
        {
            // Removed, and that is committed. The others hear of it, and one of them need not wait for silence.
            _replication.Heartbeat();
            _transfer.LeaveToAnyone();
            StepDown();
            return;
        }

        _transfer.SendWhenReady();
    }

    public ChangeOutcome Change(MembershipChange change)
    {
        if (_transfer.IsUnderWay)
        {
            return ChangeOutcome.Transferring;
        }

        if (_state.Memberships.InForce.Offset >= _state.Log.Commit && !_state.Fault.HasFlag(RaftFault.ChangesTogether))
        {
            return ChangeOutcome.ChangePending;
        }

        // Else a change of an earlier leader, unknown here, could still make a majority that shares nobody with this one's.
        if (_state.Log.Commit <= _epochStart && !_state.Fault.HasFlag(RaftFault.ChangesTooEarly))
        {
            if (_state.Log.End == _epochStart)
            {
                AppendControl(null);
                _replication.SendNew();
            }

            return ChangeOutcome.EpochNotCommitted;
        }

        if (_state.Memberships.Current.With(change, out var refusal) is not { } membership)
        {
            return refusal;
        }

        if (change.Kind == ChangeKind.Promote && !IsCaughtUp(change.Replica))
        {
            return ChangeOutcome.NotCaughtUp;
        }

        AppendControl(membership);
        _replication.FollowMembership();
        _replication.SendNew();
        AdvanceCommit();
        return ChangeOutcome.Accepted;
    }

    public TransferOutcome Transfer(ReplicaId target) => _transfer.Start(target);

    /// <summary>For how many ticks no other leader can have been elected; 0 when that is not known, or when an earlier leader may have committed
    /// more than is known here.</summary>
    public long LeaseTicks()
    {
        if (_transfer.HasSentInEpoch || _state.Log.Commit < _epochStart)
        {
            return 0;
        }

        var answered = Quorum.Reached(OfVoters(static follower => follower.AnsweredAt, _state.Now));
        return answered < 0 ? 0 : Math.Max(0, answered + _state.Options.ElectionTicksMin - _state.Options.LeaseMarginTicks - _state.Now);
    }

    /// <summary>Everything before it is durable on so many voters.</summary>
    public long EndHeldBy(int voters)
    {
        var ends = Ends();
        return voters > ends.Length ? 0 : Quorum.ReachedBy(ends, voters);
    }

    private void StepDown()
    {
        _election.SteppedDown();
        _state.Rest(leader: null);
    }

    private void AppendControl(Membership? membership)
    {
        var offset = _state.Log.End;
        if (membership is not null)
        {
            _state.ChangeMembership(new MembershipAt(offset, _state.Epoch, membership));
        }

        _state.Log.Append(_state.Epoch, offset + 1);
        _state.Emit(new AppendControl(offset, _state.Epoch, membership));
    }

    private bool IsCaughtUp(ReplicaId learner) =>
        _replication.Find(learner) is { State: ProgressState.Replicate } follower
        && _state.Now - follower.HeardAt < _state.Options.ElectionTicksMin
        && _state.Log.End - follower.MatchEnd <= _state.Options.CatchUpRecordsMax;

    private long HeardByMajority() => Quorum.Reached(OfVoters(static follower => follower.HeardAt, _state.Now));

    private long ReachedByMajority() => Quorum.Reached(Ends());

    private Span<long> Ends() =>
        OfVoters(static follower => follower.MatchEnd, _state.Fault.HasFlag(RaftFault.CountsUndurable) ? _state.Log.End : _state.Log.Durable);

    /// <summary>One value for each voter, in a buffer that the next call uses again.</summary>
    private Span<long> OfVoters(Func<FollowerProgress, long> value, long own)
    {
        var voters = _state.Memberships.Current.Voters;
        if (_values.Length < voters.Length)
        {
            _values = new long[voters.Length];
        }

        for (var i = 0; i < voters.Length; i++)
        {
            var follower = voters[i] == _state.Self ? null : _replication.Find(voters[i]);
            Check.That(follower is not null || voters[i] == _state.Self);
            _values[i] = follower is null ? own : value(follower);
        }

        return _values.AsSpan(0, voters.Length);
    }
}
