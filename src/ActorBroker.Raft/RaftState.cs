namespace ActorBroker.Raft;

/// <summary>What the parts of a <see cref="RaftCore"/> share: the epoch, the role, the log's positions, and the way out.</summary>
internal sealed class RaftState
{
    private bool _mustPersist;
    private int _announcedEpoch = -1;

    public RaftState(ReplicaId self, RaftOptions options, HardState stored, LogState log, Random random)
    {
        options.Verify();
        (Self, Options, Random) = (self, options, random);
        (Epoch, Vote) = (stored.Epoch, stored.Vote);
        Log = new RaftLog(log, stored.CommitHint);
        Check.That(Epoch >= 0);
        Check.AtMost(Log.LastEpoch, Epoch);
        Memberships = stored.StartingOver is { } point && point.StartOffset <= log.Start
            ? new MembershipHistory([point.Membership, .. stored.Memberships.Where(entry => entry.Offset >= point.StartOffset)], Log)
            : new MembershipHistory(stored.Memberships, Log);
        Matched = Log.Commit;
        Role = RestingRole;
        // What the recovered log does not confirm must be forgotten for good, before its offset is used again.
        _mustPersist = stored.StartingOver is not null || Memberships.All.Length != stored.Memberships.Length;
    }

    public ReplicaId Self { get; }

    public RaftOptions Options { get; }

    public Random Random { get; }

    public RaftFault Fault { get; set; }

    public RaftEffects Effects { get; } = new();

    public RaftLog Log { get; }

    public MembershipHistory Memberships { get; }

    /// <summary>Ticks since this replica was started.</summary>
    public long Now { get; set; }

    public int Epoch { get; private set; }

    public ReplicaId? Vote { get; private set; }

    public RaftRole Role { get; private set; }

    public ReplicaId? Leader { get; private set; }

    /// <summary>A follower's log is known to agree with its leader's before here. Never behind the commit.</summary>
    public long Matched { get; private set; }

    public StartOverPoint? StartingOver { get; private set; }

    public bool IsVoter => Memberships.Current.IsVoter(Self);

    /// <summary>What must not be forgotten. The commit hint tells only what is durable: after a crash, other records than those committed may
    /// stand behind it.</summary>
    public HardState HardState => new(Epoch, Vote, Math.Min(Log.Commit, Log.Durable), Memberships.All, StartingOver);

    /// <summary>May be elected. Whoever was a voter until an entry that is not known to be committed stays eligible: it may be the only one that
    /// has this entry, and then nobody else can be elected (Raft dissertation §4.2.2). Its own vote does not count.</summary>
    public bool MayStand => IsVoter || Memberships.MayBeVoter(Self, Log.Commit);

    /// <summary>The role of one that neither leads nor stands.</summary>
    public RaftRole RestingRole => IsVoter ? RaftRole.Follower : RaftRole.Learner;

    /// <summary>Queues an effect, behind the hard state that must be durable before it.</summary>
    public void Emit(RaftEffect effect)
    {
        FlushHardState();
        Effects.Add(effect);
    }

    public void Send(RaftMessage message)
    {
        Check.That(message.From == Self && message.To != Self);
        Check.That(message is not AppendRequest { HasEntries: true });
        Check.That(message.Epoch == Epoch);
        Emit(new Send(message));
    }

    /// <summary>Queues the hard state if it changed since it was queued last.</summary>
    public void FlushHardState()
    {
        if (!_mustPersist)
        {
            return;
        }

        _mustPersist = false;
        Effects.Add(new PersistHardState(HardState));
    }

    /// <summary>Goes on in a later epoch, as one that waits for its leader.</summary>
    public void FollowEpoch(int epoch)
    {
        Check.That(epoch > Epoch);
        EnterEpoch(epoch, vote: null);
        Rest(leader: null);
    }

    /// <summary>Stands for election in the next epoch, with its own vote.</summary>
    public void StandInNextEpoch()
    {
        Check.That(MayStand);
        EnterEpoch(checked(Epoch + 1), Self);
        SetRole(RaftRole.Candidate, null);
    }

    public void VoteFor(ReplicaId candidate)
    {
        Check.That(Vote is null || Vote == candidate || Fault.HasFlag(RaftFault.VotesTwice));
        if (Vote != candidate)
        {
            Vote = candidate;
            _mustPersist = true;
        }
    }

    /// <summary>Neither leads nor stands from now on.</summary>
    public void Rest(ReplicaId? leader) => SetRole(RestingRole, leader);

    public void SetRole(RaftRole role, ReplicaId? leader)
    {
        Check.That(Role != RaftRole.Stopped);
        if (Role == role && Leader == leader && _announcedEpoch == Epoch)
        {
            return;
        }

        (Role, Leader, _announcedEpoch) = (role, leader, Epoch);
        Emit(new RoleChanged(role, Epoch, leader));
    }

    public void MatchedTo(long end)
    {
        Check.AtMost(end, Log.End);
        Matched = Math.Max(Matched, end);
    }

    public void CommitTo(long end)
    {
        if (end <= Log.Commit)
        {
            return;
        }

        Log.CommitTo(end);
        Matched = Math.Max(Matched, end);
        Emit(new CommitMoved(end));
    }

    /// <summary>The membership that an entry brings is in force from now on, and is durable before the entry is.</summary>
    public void ChangeMembership(MembershipAt entry)
    {
        Memberships.Append(entry);
        AfterMembershipChange();
    }

    public void TruncateTo(long end)
    {
        Check.That(Matched <= end || Fault != RaftFault.None);
        Log.TruncateTo(end);
        Emit(new TruncateLog(end));
        if (Memberships.TruncateTo(end))
        {
            AfterMembershipChange();
        }
    }

    public void BeginStartOver(StartOverPoint point)
    {
        Check.That(StartingOver is null);
        Check.That(point.StartOffset > Log.Commit);
        StartingOver = point;
        _mustPersist = true;
    }

    public void GiveUpStartOver()
    {
        StartingOver = null;
        _mustPersist = true;
    }

    public void FinishStartOver(IEnumerable<EpochStart> epochs)
    {
        Check.That(StartingOver is not null);
        var point = StartingOver;
        Log.StartOverAt(point.StartOffset, epochs);
        Memberships.Replace(point.Membership);
        StartingOver = null;
        Matched = point.StartOffset;
        AfterMembershipChange();
        Emit(new CommitMoved(point.StartOffset));
    }

    /// <summary>Stops for good: what happened cannot happen while all keep their promises.</summary>
    public void Violated(string what)
    {
        SetRole(RaftRole.Stopped, null);
        Emit(new SafetyViolated($"replica {Self} in epoch {Epoch}, log {Log.Start}..{Log.End} committed to {Log.Commit}: {what}"));
    }

    private void EnterEpoch(int epoch, ReplicaId? vote)
    {
        (Epoch, Vote) = (epoch, vote);
        Matched = Log.Commit;
        _mustPersist = true;
    }

    private void AfterMembershipChange()
    {
        _mustPersist = true;
        Emit(new MembershipChanged(Memberships.InForce));
        if (Role is RaftRole.Follower or RaftRole.Learner)
        {
            Rest(Leader);
        }
    }
}
