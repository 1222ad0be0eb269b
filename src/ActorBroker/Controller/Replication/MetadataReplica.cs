using ActorBroker.Log;
using ActorBroker.Raft;

namespace ActorBroker.Controller.Replication;

/// <summary>What a <see cref="MetadataReplica"/> needs of the actor that owns it.</summary>
internal interface IMetadataReplicaHost
{
    /// <summary>Makes the state durable, then calls <see cref="MetadataReplica.Persisted"/>; until then tells the replica nothing else.</summary>
    void Persist(HardState state);

    /// <param name="records">Batches of an <see cref="AppendRequest"/>; empty for everything else.</param>
    void Send(RaftMessage message, byte[] records);

    /// <summary>Runs the flush off the actor's thread, then calls <see cref="MetadataReplica.Flushed"/>.</summary>
    void Flush(FlushTicket ticket);

    /// <summary>Everything before here is committed.</summary>
    void Committed(long end);

    void RoleChanged(RaftRole role, int epoch, ReplicaId? leader);

    /// <summary>Fetches the snapshot that stands for what is before an offset, then calls <see cref="MetadataReplica.SnapshotFetched"/> or
    /// <see cref="MetadataReplica.SnapshotMissed"/>.</summary>
    void FetchSnapshot(ReplicaId leader, long endOffset);

    void SafetyViolated(string what);
}

/// <summary>One replica of the metadata log: carries out on the disk and between nodes what its <see cref="RaftCore"/> says.</summary>
/// <remarks>Owner: the controller; not thread-safe. A failure of the disk is an exception, and the end of this replica until the
/// controller makes a new one from what is durable.</remarks>
internal sealed class MetadataReplica
{
    private readonly RaftCore _core;
    private readonly MetadataStore _store;
    private readonly IMetadataReplicaHost _host;
    private readonly TimeProvider _clock;
    private readonly Dictionary<long, byte[]> _read = [];
    private byte[] _proposed = [];
    private ReadOnlyMemory<byte> _received;
    private bool _isPersisting;
    private bool _isFlushing;
    private bool _isActing;
    private long _flushGeneration;
    private long _flushedGeneration;

    public MetadataReplica(ReplicaId self, RaftOptions options, HardState stored, MetadataStore store, IMetadataReplicaHost host, TimeProvider clock, Random random)
    {
        (_store, _host, _clock) = (store, host, clock);
        _core = new RaftCore(self, options, stored, store.Recovered, random);
    }

    public ReplicaId Self => _core.Self;

    public RaftRole Role => _core.Role;

    public bool IsLeader => _core.Role == RaftRole.Leader;

    public int Epoch => _core.Epoch;

    public ReplicaId? Leader => _core.Leader;

    public Membership Membership => _core.Membership.Membership;

    public long Commit => _core.Commit;

    public long Start => _core.LogStart;

    public long End => _core.LogEnd;

    public HardState HardState => _core.HardState;

    public IReadOnlyList<FollowerStatus> Followers => _core.Followers;

    /// <summary>Nothing may be told to the replica while its state is on its way to the disk.</summary>
    public bool IsBusy => _isPersisting;

    public void Tick() => Act(core => core.Tick());

    /// <summary>Takes a message of another replica. One whose records are damaged is dropped: its sender repeats it.</summary>
    public void Step(RaftMessage message, ReadOnlyMemory<byte> records)
    {
        if (message is AppendRequest { HasEntries: true } append
            && !MetadataStore.AreBatches(records.Span, append.FromOffset, append.EndOffset, append.EntriesEpoch))
        {
            return;
        }

        _received = records;
        Act(core => core.Step(message));
        if (!_isPersisting)
        {
            _received = default;
        }
    }

    /// <summary>Puts a record at the log's end.</summary>
    /// <returns>Its offset; −1 when this replica does not lead, or is about to hand over.</returns>
    public long Propose(byte[] batch)
    {
        _proposed = batch;
        var result = default(ProposeResult);
        Act(core => result = core.Propose(1));
        return result.Outcome == ProposeOutcome.Accepted ? result.BaseOffset : -1;
    }

    public ChangeOutcome Change(MembershipChange change)
    {
        var outcome = ChangeOutcome.NotLeader;
        Act(core => outcome = core.Change(change));
        return outcome;
    }

    public TransferOutcome Transfer(ReplicaId target)
    {
        var outcome = TransferOutcome.NotLeader;
        Act(core => outcome = core.TransferLeadership(target));
        return outcome;
    }

    public void Stand() => Act(core => core.Stand());

    /// <summary>Lets the others hear at once how far the log is committed.</summary>
    public void Announce() => Act(core => core.Announce());

    /// <summary>The state is durable: goes on with what waited for it.</summary>
    public void Persisted()
    {
        Check.That(_isPersisting);
        _isPersisting = false;
        CarryOut();
        if (!_isPersisting)
        {
            _received = default;
        }
    }

    public void Flushed(FlushTicket ticket)
    {
        _isFlushing = false;
        _store.CompleteFlush(ticket);
        if (_flushedGeneration == _flushGeneration)
        {
            _core.Durable(Math.Min(ticket.End.Value, _core.LogEnd));
        }

        FlushIfNeeded();
        CarryOut();
    }

    public void SnapshotFetched(MetadataSnapshot snapshot)
    {
        _flushGeneration++;
        _store.StartOver(snapshot);
        _core.StartedOver(snapshot.EndOffset);
        CarryOut();
    }

    public void SnapshotMissed(long endOffset)
    {
        _core.StartOverFailed(endOffset);
        CarryOut();
    }

    /// <summary>A snapshot is on the disk: the records before it are deleted.</summary>
    public void SnapshotStored(MetadataSnapshot snapshot)
    {
        if (snapshot.EndOffset <= _store.Start)
        {
            return;
        }

        _store.Stored(snapshot);
        _core.LogStartMoved(snapshot.EndOffset);
        CarryOut();
    }

    private void Act(Action<RaftCore> act)
    {
        Check.That(!_isPersisting && !_isActing);
        act(_core);
        CarryOut();
    }

    /// <summary>In order, one by one. Stops at a state that must be durable first; <see cref="Persisted"/> goes on.</summary>
    private void CarryOut()
    {
        if (_isPersisting || _isActing)
        {
            return;
        }

        _isActing = true;
        while (!_isPersisting && _core.Effects.TryTake(out var effect))
        {
            CarryOut(effect);
        }

        _isActing = false;
        FlushIfNeeded();
    }

    private void CarryOut(RaftEffect effect)
    {
        switch (effect)
        {
            case PersistHardState persist:
                _isPersisting = true;
                _host.Persist(persist.State);
                break;
            case Send send:
                _host.Send(send.Message, []);
                break;
            case SendEntries send:
                _read.Remove(send.ReadId, out var records);
                _host.Send(send.Message, records!);
                break;
            case ReadEntries read:
                Read(read);
                break;
            case AppendProposed append:
                _store.Append(_proposed, append.BaseOffset, append.Epoch);
                break;
            case AppendControl control:
                _store.Append(MetadataRecords.Control(control.Membership, _clock.GetUtcNow().ToUnixTimeMilliseconds()), control.Offset, control.Epoch);
                break;
            case AppendReceived append:
                _store.AppendReceived(_received, append.FromOffset);
                Check.That(_store.End == append.EndOffset);
                break;
            case TruncateLog truncate:
                _flushGeneration++;
                _store.TruncateTo(truncate.EndOffset);
                break;
            case StartOver over:
                _host.FetchSnapshot(over.Leader, over.StartOffset);
                break;
            case CommitMoved moved:
                _host.Committed(moved.Commit);
                break;
            case RoleChanged changed:
                _read.Clear();
                _host.RoleChanged(changed.Role, changed.Epoch, changed.Leader);
                break;
            case SafetyViolated violated:
                _host.SafetyViolated(violated.What);
                break;
            default:
                break;    // a membership in force, the leader's log start, a hand-over that did not happen: nobody here waits for them
        }
    }

    private void Read(ReadEntries read)
    {
        var (bytes, end) = _store.Read(read.FromOffset, read.EndMax, read.BytesMax);
        _read[read.ReadId] = bytes;
        if (!_core.EntriesRead(read.ReadId, end, bytes.Length))
        {
            _read.Remove(read.ReadId);
        }
    }

    private void FlushIfNeeded()
    {
        if (_isFlushing || _core.DurableEnd >= _core.LogEnd || _store.End == _core.DurableEnd)
        {
            return;
        }

        _isFlushing = true;
        _flushedGeneration = _flushGeneration;
        _host.Flush(_store.BeginFlush());
    }
}
