namespace ActorBroker.Raft;

/// <summary>One replica's part in a replicated log: a state machine without clock, network, disk or thread. It is told what happened and says,
/// in <see cref="Effects"/>, what is to do.</summary>
/// <remarks>
/// Owner: the replica's actor; not thread-safe. The contract, with its reasons, is in README.md. In short: before <see cref="Step"/>,
/// <see cref="Tick"/>, <see cref="Propose"/>, <see cref="Change"/>, <see cref="Stand"/> or <see cref="TransferLeadership"/> all effects are carried out, in order;
/// what a <see cref="PersistHardState"/> says is durable before the next effect is begun. The reports (<see cref="Durable"/>,
/// <see cref="EntriesRead"/>, <see cref="StartedOver"/>, <see cref="StartOverFailed"/>, <see cref="LogStartMoved"/>) may come at any time, also while effects are carried out.
/// </remarks>
public sealed class RaftCore
{
    private readonly RaftState _state;
    private readonly Election _election;
    private readonly FollowerDuties _duties;
    private readonly Leadership _leadership;

    /// <param name="self">Which of the group's replicas this is.</param>
    /// <param name="stored">What the last <see cref="PersistHardState"/> said; of a new replica, <see cref="HardState.New"/>.</param>
    /// <param name="log">The log as it was recovered.</param>
    /// <param name="random">Seeded by the caller; no two replicas of a group with the same seed.</param>
    public RaftCore(ReplicaId self, RaftOptions options, HardState stored, LogState log, Random random)
    {
        _state = new RaftState(self, options, stored, log, random);
        _election = new Election(_state);
        _duties = new FollowerDuties(_state, _election);
        _leadership = new Leadership(_state, _election);
    }

    /// <summary>What is to do, in order. The caller empties it after each call.</summary>
    public RaftEffects Effects => _state.Effects;

    public ReplicaId Self => _state.Self;

    public RaftRole Role => _state.Role;

    public int Epoch => _state.Epoch;

    /// <summary>Null while nobody is known to lead.</summary>
    public ReplicaId? Leader => _state.Leader;

    /// <summary>The membership in force, committed or not.</summary>
    public MembershipAt Membership => _state.Memberships.InForce;

    public long LogStart => _state.Log.Start;

    /// <summary>Everything before it is committed.</summary>
    public long Commit => _state.Log.Commit;

    public long LogEnd => _state.Log.End;

    public long DurableEnd => _state.Log.Durable;

    /// <summary>What <see cref="PersistHardState"/> would say now. Stored at an orderly end, it spares the next leader a record of its own: the
    /// commit in it is up to date.</summary>
    public HardState HardState => _state.HardState;

    internal RaftFault Fault
    {
        set => _state.Fault = value;
    }

    /// <summary>Takes a message in. Those to another replica or of an epoch that is over are harmless.</summary>
    public void Step(RaftMessage message)
    {
        Check.That(Effects.IsEmpty);
        Check.That(message.From != Self);
        if (Role == RaftRole.Stopped || message.To != Self)
        {
            return;
        }

        if (message is VoteRequest request)
        {
            _election.OnRequest(request);
        }
        else if (message.Epoch < Epoch && message is not VoteResponse { IsPreVote: true })    // who is behind may still be willing to vote
        {
            _duties.RefuseOld(message);
        }
        else
        {
            if (message.Epoch > Epoch)
            {
                _election.FollowEpoch(message.Epoch);
            }

            StepInEpoch(message);
        }

        _state.FlushHardState();
    }

    /// <summary>Time passes. Called at a steady rate, the same for all replicas of the group.</summary>
    public void Tick()
    {
        Check.That(Effects.IsEmpty);
        if (Role == RaftRole.Stopped)
        {
            return;
        }

        _state.Now++;
        if (Role == RaftRole.Leader)
        {
            _leadership.Tick();
        }
        else if (_election.Tick())
        {
            _leadership.Begin();
        }

        _state.FlushHardState();
    }

    /// <summary>Gives records their offsets and sends them on their way. The bytes stay with the caller, who appends them when
    /// <see cref="AppendProposed"/> says so.</summary>
    public ProposeResult Propose(int recordCount)
    {
        Check.That(Effects.IsEmpty);
        return Role == RaftRole.Leader ? _leadership.Propose(recordCount) : new ProposeResult(ProposeOutcome.NotLeader, -1, Epoch);
    }

    /// <summary>Lets every follower hear now, and not with the next heartbeat, how far the log is committed. No effect without leadership.</summary>
    public void Announce()
    {
        Check.That(Effects.IsEmpty);
        if (Role == RaftRole.Leader)
        {
            _leadership.Announce();
        }
    }

    /// <summary>Changes the group by one replica.</summary>
    public ChangeOutcome Change(MembershipChange change)
    {
        Check.That(Effects.IsEmpty);
        if (Role != RaftRole.Leader)
        {
            return ChangeOutcome.NotLeader;
        }

        var outcome = _leadership.Change(change);
        _state.FlushHardState();
        return outcome;
    }

    /// <summary>Stands for election without waiting for silence, as the one that is meant to be the first leader of a new group does. Harmless
    /// while another leads: the others do not vote then.</summary>
    public void Stand()
    {
        Check.That(Effects.IsEmpty);
        if (Role is RaftRole.Follower or RaftRole.Learner && Leader is null && _election.StandNow())
        {
            _leadership.Begin();
        }

        _state.FlushHardState();
    }

    /// <summary>Hands the leadership over to a voter: drains, then lets it stand for election.</summary>
    public TransferOutcome TransferLeadership(ReplicaId target)
    {
        Check.That(Effects.IsEmpty);
        return Role == RaftRole.Leader ? _leadership.Transfer(target) : TransferOutcome.NotLeader;
    }

    /// <summary>Report: what is in the log now before <paramref name="end"/> survives a crash.</summary>
    public void Durable(long end)
    {
        if (Role == RaftRole.Stopped || end <= DurableEnd)
        {
            return;
        }

        _state.Log.DurableTo(end);
        if (Role == RaftRole.Leader)
        {
            _leadership.AdvanceCommit();
        }
        else
        {
            _duties.OnDurable();
        }

        _state.FlushHardState();
    }

    /// <summary>Report: answers <see cref="ReadEntries"/>, once.</summary>
    /// <param name="readId">As asked.</param>
    /// <param name="end">What was read ends here, at most at the asked maximum; where it was to begin, when nothing could be read.</param>
    /// <returns>True when a <see cref="SendEntries"/> with this id is among the effects now, which takes the bytes along. False when nobody
    /// wants them any more.</returns>
    public bool EntriesRead(long readId, long end, int bytes) =>
        Role == RaftRole.Leader && _leadership.Replication.OnEntriesRead(readId, end, bytes);

    /// <summary>Report: the log has begun anew at this offset, durably, as <see cref="StartOver"/> asked.</summary>
    public void StartedOver(long startOffset)
    {
        if (Role != RaftRole.Stopped)
        {
            _duties.OnStartedOver(startOffset);
            _state.FlushHardState();
        }
    }

    /// <summary>Report: what <see cref="StartOver"/> asked could not be done, and the old log is as it was. The leader will ask again.</summary>
    public void StartOverFailed(long startOffset)
    {
        if (Role != RaftRole.Stopped)
        {
            _duties.OnStartOverFailed(startOffset);
            _state.FlushHardState();
        }
    }

    /// <summary>Report: records before this offset are gone (retention, deletion, a snapshot that stands for them). Not beyond the commit.
    /// The caller's recovery still knows the epoch of the record before it.</summary>
    public void LogStartMoved(long start)
    {
        if (Role == RaftRole.Stopped || start <= LogStart)
        {
            return;
        }

        _state.Log.StartMovedTo(start);
        _state.Memberships.DropBefore(start);
        if (Role == RaftRole.Leader)
        {
            _leadership.Replication.OnStartMoved();
        }
    }

    /// <summary>For how many ticks from now this leader may serve reads of what is committed without asking anyone; 0 when it may not.
    /// Holds while no replica's clock drifts by more than the margin of the options.</summary>
    public long LeaseTicks => Role == RaftRole.Leader ? _leadership.LeaseTicks() : 0;

    /// <summary>Leader: everything before it is durable on so many voters, so that a write may wait for more than the majority.</summary>
    /// <returns>0 when this replica does not lead, or there are not so many voters.</returns>
    public long EndHeldBy(int voters) => Role == RaftRole.Leader ? _leadership.EndHeldBy(voters) : 0;

    /// <summary>Leader: the other voters and the learners; empty when this replica does not lead.</summary>
    public IReadOnlyList<FollowerStatus> Followers => Role != RaftRole.Leader ? [] : [.. _leadership.Replication.Followers.Select(
        follower => new FollowerStatus(follower.Id, follower.State, follower.MatchEnd, _state.Now - follower.HeardAt))];

    private void StepInEpoch(RaftMessage message)
    {
        switch (message)
        {
            case AppendRequest append:
                _duties.OnAppend(append);
                break;
            case InstallRequest install:
                _duties.OnInstall(install);
                break;
            case AppendResponse response when Role == RaftRole.Leader:
                _leadership.OnResponse(response);
                break;
            case VoteResponse response when _election.OnResponse(response):
                _leadership.Begin();
                break;
            case TimeoutNow now when Role == RaftRole.Follower && Leader == now.From:
                OnTimeoutNow(now);
                break;
            default:
                break;    // an answer that came too late
        }
    }

    private void OnTimeoutNow(TimeoutNow now)
    {
        if (_state.StartingOver is not null)
        {
            return;
        }

        if (now.Commit == LogEnd && _state.Matched == LogEnd)
        {
            _state.CommitTo(now.Commit);
        }

        if (_election.StandForTransfer())
        {
            _leadership.Begin();
        }
    }
}
