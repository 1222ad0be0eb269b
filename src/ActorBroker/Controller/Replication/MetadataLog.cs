using ActorBroker.Log;
using ActorBroker.Raft;

namespace ActorBroker.Controller.Replication;

/// <summary>What a <see cref="MetadataLog"/> needs of the controller.</summary>
internal interface IMetadataLogHost
{
    /// <summary>Makes the state durable, then calls <see cref="MetadataLog.Persisted"/>, before anything else.</summary>
    void Persist(HardState state);

    void Send(RaftMessage message, byte[] records);

    /// <summary>Runs the flush off the actor's thread, then calls <see cref="MetadataLog.Flushed"/>.</summary>
    void Flush(FlushTicket ticket);

    /// <summary>Fetches, then calls <see cref="MetadataLog.SnapshotFetched"/> or <see cref="MetadataLog.SnapshotMissed"/>.</summary>
    void FetchSnapshot(ReplicaId leader, long endOffset);

    /// <summary>Writes off the actor's thread, then calls <see cref="MetadataLog.SnapshotStored"/> or <see cref="MetadataLog.SnapshotNotStored"/>.</summary>
    void WriteSnapshot(MetadataSnapshot snapshot);

    /// <summary>More is committed.</summary>
    /// <param name="events">What led from one state to the other; null: a snapshot took its place.</param>
    void Applied(MetadataState before, IReadOnlyList<IMetadataEvent>? events);

    /// <summary>Another role or leader. Proposals of an office that is over have been answered before.</summary>
    void RoleChanged(RaftRole role, ReplicaId? leader);

    void SafetyViolated(string what);
}

/// <summary>The metadata log of this node and the state that it gives: what is committed, and, while this node leads, what is proposed.</summary>
/// <remarks>Owner: the controller; not thread-safe. What the replica reports while it acts is taken note of and dealt with afterwards, in
/// order, so that whoever hears of a commit may propose at once.</remarks>
internal sealed class MetadataLog : IMetadataReplicaHost
{
    private readonly MetadataReplica _replica;
    private readonly MetadataStore _store;
    private readonly IMetadataLogHost _host;
    private readonly TimeProvider _clock;
    private readonly int _recordsPerSnapshot;
    private readonly Queue<Action<MetadataReplica>> _waiting = new();
    private readonly Queue<(long Commit, (RaftRole Role, ReplicaId? Leader)? Change)> _reports = new();
    private readonly Queue<(IReadOnlyList<IMetadataEvent> Events, Action<bool>? Done)> _asked = new();
    private readonly Queue<(long Offset, Action<bool>? Done)> _proposals = new();
    private readonly Queue<Action<bool>> _refused = new();
    private long _applied;
    private long _announced;
    private bool _isActing;
    private bool _isSettling;
    private bool _isSnapshotWritten;
    private MetadataSnapshot? _fetched;

    public MetadataLog(ReplicaId self, HardState stored, MetadataStore store, IMetadataLogHost host, TimeProvider clock, Random random, int recordsPerSnapshot)
    {
        (_store, _host, _clock, _recordsPerSnapshot) = (store, host, clock, recordsPerSnapshot);
        _replica = new MetadataReplica(self, ControllerSettings.Raft, stored, store, this, clock, random);
        _applied = store.Snapshot?.EndOffset ?? 0;
        State = store.Snapshot is { } snapshot ? MetadataState.From(snapshot.State, snapshot.EndOffset) : MetadataState.Empty;
        Tip = State;
        _reports.Enqueue((_replica.Commit, null));
    }

    /// <summary>Committed.</summary>
    public MetadataState State { get; private set; }

    /// <summary>While this node leads: with everything that has been proposed.</summary>
    public MetadataState Tip { get; private set; }

    /// <summary>This node leads, and everybody who waits for it has been told.</summary>
    public bool IsLeading { get; private set; }

    public MetadataReplica Replica => _replica;

    public MetadataSnapshot? Snapshot => _store.Snapshot;

    /// <summary>Deals with what recovery knew to be committed. Call it once.</summary>
    public void Begin() => Settle();

    /// <summary>Tells the replica something, now or as soon as it can listen.</summary>
    public void Do(Action<MetadataReplica> act)
    {
        if (_isActing || _replica.IsBusy)
        {
            _waiting.Enqueue(act);
            return;
        }

        _isActing = true;
        act(_replica);
        _isActing = false;
        Settle();
    }

    /// <summary>See <see cref="ILeadership.Propose"/>.</summary>
    public void Propose(IReadOnlyList<IMetadataEvent> events, Action<bool>? done)
    {
        Tip = Tip.Apply(events, Tip.Image.Version);
        _asked.Enqueue((events, done));
        Do(ProposeNext);
    }

    public void Persisted() => Report(_replica.Persisted);

    public void Flushed(FlushTicket ticket) => Report(() => _replica.Flushed(ticket));

    public void SnapshotFetched(MetadataSnapshot snapshot)
    {
        if (_isSnapshotWritten)
        {
            _fetched = snapshot;    // the one that is being written would take its place on the disk
            return;
        }

        Report(() =>
        {
            _replica.SnapshotFetched(snapshot);
            var before = State;
            State = MetadataState.From(snapshot.State, snapshot.EndOffset);
            Tip = State;
            _applied = snapshot.EndOffset;
            _host.Applied(before, null);
        });
    }

    public void SnapshotMissed(long endOffset) => Report(() => _replica.SnapshotMissed(endOffset));

    public void SnapshotStored(MetadataSnapshot snapshot)
    {
        Report(() => _replica.SnapshotStored(snapshot));
        SnapshotNotStored();
    }

    public void SnapshotNotStored()
    {
        _isSnapshotWritten = false;
        if (_fetched is { } fetched)
        {
            _fetched = null;
            SnapshotFetched(fetched);
        }
    }

    public void Close() => _store.Close();

    /// <summary>Answers all who have proposed something: nobody here will see what becomes of it.</summary>
    public void Abandon()
    {
        while (_asked.TryDequeue(out var asked))
        {
            asked.Done?.Invoke(false);
        }

        while (_proposals.TryDequeue(out var proposal))
        {
            proposal.Done?.Invoke(false);
        }

        while (_refused.TryDequeue(out var refused))
        {
            refused(false);
        }
    }

    void IMetadataReplicaHost.Persist(HardState state) => _host.Persist(state);

    void IMetadataReplicaHost.Send(RaftMessage message, byte[] records) => _host.Send(message, records);

    void IMetadataReplicaHost.Flush(FlushTicket ticket) => _host.Flush(ticket);

    void IMetadataReplicaHost.Committed(long end) => _reports.Enqueue((end, null));

    void IMetadataReplicaHost.RoleChanged(RaftRole role, int epoch, ReplicaId? leader) => _reports.Enqueue((0, (role, leader)));

    void IMetadataReplicaHost.FetchSnapshot(ReplicaId leader, long endOffset) => _host.FetchSnapshot(leader, endOffset);

    void IMetadataReplicaHost.SafetyViolated(string what) => _host.SafetyViolated(what);

    /// <summary>A report may come while the replica acts on nothing; what it brings is dealt with at once.</summary>
    private void Report(Action report)
    {
        Check.That(!_isActing);
        _isActing = true;
        report();
        _isActing = false;
        Settle();
    }

    private void Settle()
    {
        if (_isSettling)
        {
            return;
        }

        _isSettling = true;
        while (true)
        {
            if (_reports.TryDequeue(out var report))
            {
                Deal(report.Commit, report.Change);
            }
            else if (_refused.TryDequeue(out var refused))
            {
                Tip = IsLeading ? WithProposals() : State;
                refused(false);
            }
            else if (_waiting.Count > 0 && !_replica.IsBusy && !_isActing)
            {
                _isActing = true;
                _waiting.Dequeue()(_replica);
                _isActing = false;
            }
            else if (_replica.IsLeader && _announced < _applied && !_replica.IsBusy && !_isActing)
            {
                // The others apply it now and not with the next heartbeat: whoever waits for it somewhere waits a shorter time.
                _announced = _applied;
                _isActing = true;
                _replica.Announce();
                _isActing = false;
            }
            else
            {
                break;
            }
        }

        _isSettling = false;
    }

    private void Deal(long commit, (RaftRole Role, ReplicaId? Leader)? change)
    {
        if (change is { } to)
        {
            ChangeRole(to.Role, to.Leader);
        }
        else if (commit > _applied)
        {
            Apply(commit);
        }
    }

    private void ChangeRole(RaftRole role, ReplicaId? leader)
    {
        IsLeading = role == RaftRole.Leader;
        // Even from leader to leader: there was an office between the two.
        Action<bool>?[] over = [.. _proposals.Select(proposal => proposal.Done), .. _asked.Select(asked => asked.Done)];
        _proposals.Clear();
        _asked.Clear();
        Tip = IsLeading ? WithProposals() : State;
        foreach (var done in over)
        {
            done?.Invoke(false);
        }

        _host.RoleChanged(role, leader);
    }

    private void ProposeNext(MetadataReplica replica)
    {
        if (!_asked.TryPeek(out var next))
        {
            return;    // refused together with its office
        }

        // It stays among those that ask until it is written: should the disk refuse, it is answered like them.
        var offset = IsLeading ? replica.Propose(MetadataRecords.Batch(next.Events, _clock.GetUtcNow().ToUnixTimeMilliseconds())) : -1;
        _asked.Dequeue();
        if (offset >= 0)
        {
            _proposals.Enqueue((offset, next.Done));
        }
        else
        {
            _refused.Enqueue(next.Done ?? (static _ => { }));
        }
    }

    /// <summary>What is committed, what is in the log, and what will be proposed when the replica can listen.</summary>
    private MetadataState WithProposals()
    {
        var tip = State;
        foreach (var (next, events) in _store.Events(_applied, _store.End))
        {
            tip = tip.Apply(events, next);
        }

        return _asked.Aggregate(tip, static (tip, asked) => tip.Apply(asked.Events, tip.Image.Version));
    }

    private void Apply(long commit)
    {
        var before = State;
        List<IMetadataEvent> all = [];
        foreach (var (next, events) in _store.Events(_applied, commit))
        {
            State = State.Apply(events, next);
            all.AddRange(events);
        }

        _applied = commit;
        if (!IsLeading)
        {
            Tip = State;
        }

        _host.Applied(before, all);
        while (_proposals.TryPeek(out var proposal) && proposal.Offset < commit)
        {
            _proposals.Dequeue();
            proposal.Done?.Invoke(true);
        }

        if (_applied - _replica.Start >= _recordsPerSnapshot && !_isSnapshotWritten)
        {
            _isSnapshotWritten = true;
            _host.WriteSnapshot(new MetadataSnapshot(_applied, [.. _store.Epochs().Where(epoch => epoch.StartOffset < _applied)], State.ToSnapshot()));
        }
    }
}
