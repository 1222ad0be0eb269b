using System.Text.Json;
using ActorBroker.Controller;
using ActorBroker.Controller.Replication;
using ActorBroker.Log;
using ActorBroker.Raft;
using ActorBroker.Storage;
using ActorBroker.Testing;

namespace ActorBroker.Tests.Controller.Replication;

/// <summary>A node of a <see cref="MetadataWorld"/>: does for its metadata log what the controller does, in virtual time.</summary>
internal sealed class MetadataNode(MetadataWorld world, ReplicaId id, Membership founders) : IMetadataLogHost
{
    private const int RecordsPerSnapshot = 20;
    private static readonly Guid ClusterId = new(1, 2, 3, new byte[8]);
    private string _hardState = StateJsonOf(HardState.New(founders));
    private MetadataStore? _store;
    private MetadataLog? _log;
    private SnapshotFetcher? _fetcher;
    private int _life;
    private int _checkedEpoch;

    public ReplicaId Id { get; } = id;

    public MemoryDisk Disk { get; } = new();

    public bool IsAlive => _log is not null;

    public MetadataLog Log => _log!;

    /// <summary>Proposals that were not answered yet.</summary>
    public int Unanswered { get; private set; }

    public void Start()
    {
        if (IsAlive)
        {
            return;
        }

        _life++;
        Unanswered = 0;
        var storage = new NodeStorage(Disk, "data", world.Time);
        try
        {
            _store = MetadataStore.Open(storage);
        }
        catch (LogIOException failure) when (failure is not LogCorruptException)
        {
            Crash();
            return;
        }

        _fetcher = new SnapshotFetcher(SendFetch, () => TimeSpan.FromMilliseconds(world.Time.Now));
        var state = JsonSerializer.Deserialize<MetadataReplicaState>(_hardState)!.ToHardState();
        _log = new MetadataLog(Id, state, _store, this, world.Time, new Random(world.Random.Next()), RecordsPerSnapshot);
        Live(() =>
        {
            world.CheckState(this, Log.State);
            Log.Begin();
        });
        if (IsAlive)
        {
            After(world.Random.Next(1, 100), Tick);
        }
    }

    public void Crash()
    {
        world.Count("crash");
        _store?.Dispose();
        (_store, _log, _fetcher) = (null, null, null);
        _life++;
        Disk.Crash((CrashKind)world.Random.Next(4), new Random(world.Random.Next()));
        world.Time.After(world.Random.Next(1, 4000), Start);
    }

    /// <summary>Does something in this life; a disk that refuses ends it.</summary>
    public void Live(Action act)
    {
        try
        {
            act();
            CheckTip();
        }
        catch (LogIOException failure) when (failure is not LogCorruptException)
        {
            world.Count("disk failure");
            if (IsAlive)
            {
                Crash();
            }
        }
    }

    public void Propose(IReadOnlyList<IMetadataEvent> events, Action<bool> done)
    {
        var life = _life;
        var answers = 0;
        Unanswered++;
        Log.Propose(events, isCommitted =>
        {
            if (++answers > 1 || life != _life)
            {
                throw new InvalidOperationException($"node {Id}: a proposal was answered twice, or by another life");
            }

            Unanswered--;
            if (isCommitted && events.OfType<TopicCreated>().Any(topic => Log.State.Image.Topic(topic.TopicId) is null))
            {
                throw new InvalidOperationException($"node {Id}: a proposal is answered as committed and not in the state");
            }

            done(isCommitted);
        });
    }

    /// <summary>Asks for a change; the leader may say that it is too early.</summary>
    public void Change(MembershipChange change) => Live(() => Log.Do(replica =>
        Assert.True(replica.Change(change) is ChangeOutcome.Accepted or ChangeOutcome.EpochNotCommitted or ChangeOutcome.ChangePending or ChangeOutcome.NotCaughtUp)));

    public void ChangeSomething(ReplicaId other) => Live(() => Log.Do(replica =>
    {
        if (world.Chance(0.5))
        {
            world.Count($"transfer {replica.Transfer(other)}");
            return;
        }

        var kind = replica.Membership.IsVoter(other) ? ChangeKind.Demote : ChangeKind.Promote;
        if (kind == ChangeKind.Promote || replica.Membership.Voters.Length > 2)
        {
            world.Count($"{kind} {replica.Change(new MembershipChange(kind, other))}");
        }
    }));

    public override string ToString() => !IsAlive ? $"{Id} down"
        : $"{Id} {Log.Replica.Role} of epoch {Log.Replica.Epoch}, log {Log.Replica.Start}..{Log.Replica.Commit}..{Log.Replica.End}, "
        + $"image {Log.State.Image.Version}, snapshot {Log.Snapshot?.EndOffset}{(_fetcher!.IsFetching ? ", fetches" : "")}{(Log.Replica.IsBusy ? ", is busy" : "")}";

    void IMetadataLogHost.Persist(HardState state)
    {
        var text = StateJsonOf(state);
        var isSlow = world.Chance(0.5);
        After(isSlow ? world.Random.Next(1, 15) : 0, () =>
        {
            _hardState = text;
            After(isSlow ? world.Random.Next(0, 5) : 0, () => Log.Persisted());
        });
    }

    void IMetadataLogHost.Send(RaftMessage message, byte[] records) =>
        world.Send(Id.Node, message.To.Node, node => node.Log.Do(replica => replica.Step(message, records)));

    void IMetadataLogHost.Flush(FlushTicket ticket) => After(world.Random.Next(0, 15), () =>
    {
        ticket.Run();
        After(world.Random.Next(0, 5), () => Log.Flushed(ticket));
    });

    void IMetadataLogHost.FetchSnapshot(ReplicaId leader, long endOffset)
    {
        world.Count("fetch");
        _fetcher!.Begin(ClusterId, leader, endOffset);
    }

    void IMetadataLogHost.WriteSnapshot(MetadataSnapshot snapshot)
    {
        world.Count("snapshot");
        After(world.IsWild && world.Chance(0.3) ? world.Random.Next(8000) : world.Random.Next(1, 50), () =>
        {
            var isWritten = true;
            try
            {
                _store!.Write(snapshot);
            }
            catch (LogIOException)
            {
                isWritten = false;    // as the snapshot writer says it
            }

            After(world.Random.Next(0, 30), () =>
            {
                if (isWritten)
                {
                    Log.SnapshotStored(snapshot);
                }
                else
                {
                    Log.SnapshotNotStored();
                }
            });
        });
    }

    void IMetadataLogHost.Applied(MetadataState before, IReadOnlyList<IMetadataEvent>? events)
    {
        if (before.Image.Version >= Log.State.Image.Version)
        {
            throw new InvalidOperationException($"node {Id} goes from version {before.Image.Version} to {Log.State.Image.Version}");
        }

        if (events is null)
        {
            world.Count("from snapshot");
        }

        if (events is null || Log.State.Image.Version % 4 == 0)
        {
            world.CheckState(this, Log.State);
        }

        if (Log.IsLeading && world.Chance(0.05))
        {
            world.Propose(this);
        }
    }

    void IMetadataLogHost.RoleChanged(RaftRole role, ReplicaId? leader)
    {
        if (Unanswered > 0 && role != RaftRole.Leader && !Log.IsLeading)
        {
            world.Count("role change with proposals on the way");
        }

        if (role == RaftRole.Leader)
        {
            world.Count("leader");
            if (Log.Replica.Epoch > _checkedEpoch && Log.Replica.IsLeader)
            {
                _checkedEpoch = Log.Replica.Epoch;
                world.CheckCommitted(this, Log.Tip, "tip");
            }

            if (world.IsWild)
            {
                world.Propose(this);
            }
        }
    }

    void IMetadataLogHost.SafetyViolated(string what) => throw new InvalidOperationException($"node {Id}: {what}");

    private static string StateJsonOf(HardState state) => JsonSerializer.Serialize(MetadataReplicaState.Of(ClusterId, 0, state));

    private void Tick()
    {
        var life = _life;
        Log.Do(replica => replica.Tick());
        if (life != _life)
        {
            return;    // that was its end
        }

        if (_fetcher!.OnTick() is >= 0 and var missed)
        {
            Log.SnapshotMissed(missed);
        }

        After(95 + world.Random.Next(11), Tick);
    }

    private void After(long milliseconds, Action act)
    {
        var life = _life;
        world.Time.After(milliseconds, () =>
        {
            if (life == _life)
            {
                Live(act);
            }
        });
    }

    private void SendFetch(ReplicaId leader, FetchSnapshotPart ask) => world.Send(Id.Node, leader.Node, node =>
    {
        var bytes = node.Log.Snapshot is { } snapshot && snapshot.EndOffset == ask.EndOffset ? snapshot.ToBytes() : [];
        var part = new SnapshotPart(ask.EndOffset, ask.Position, bytes.Length) { Bytes = bytes[Math.Min(ask.Position, bytes.Length)..] };
        world.Send(leader.Node, Id.Node, asker => asker.OnPart(part));
    });

    private void OnPart(SnapshotPart part)
    {
        var (snapshot, missed) = _fetcher!.OnPart(part);
        if (snapshot is not null)
        {
            Log.SnapshotFetched(snapshot);
        }

        if (missed >= 0)
        {
            Log.SnapshotMissed(missed);
        }
    }

    /// <summary>When nothing is under way any more, what was proposed is what is committed.</summary>
    private void CheckTip()
    {
        if (!IsAlive || !Log.IsLeading || Unanswered > 0 || Log.Replica.IsBusy || Log.State.Image.Version != Log.Replica.End)
        {
            return;
        }

        if (!ReferenceEquals(Log.Tip.Image.Topics, Log.State.Image.Topics) && MetadataText.WithoutVersion(Log.State) != MetadataText.WithoutVersion(Log.Tip))
        {
            throw new InvalidOperationException($"node {Id} leads with a tip that is not its state:\n{MetadataText.Of(Log.Tip)}\n{MetadataText.Of(Log.State)}");
        }
    }
}
