namespace ActorBroker.Raft.Tests.Simulation;

/// <summary>One replica with its disk: carries out what its core says, and can be killed between any two effects.</summary>
internal sealed class SimNode
{
    private readonly World _world;
    private HardState _stored;
    private RaftCore? _core;
    private readonly Dictionary<long, SimEntry[]> _read = [];
    private SimEntry[] _received = [];
    private long _receivedFrom;
    private int _proposedEpoch;

    public SimNode(World world, ReplicaId id, Membership membership)
    {
        (_world, Id, _stored) = (world, id, HardState.New(membership));
    }

    /// <summary>A replica that has a past.</summary>
    public void Preset(HardState stored, IEnumerable<int> epochs)
    {
        _stored = stored;
        foreach (var epoch in epochs)
        {
            Log.Append(epoch, (epoch * 1_000_000L) + Log.End);    // the same on every node
            _world.Checker.Appended(this, Log.End - 1);
        }

        Log.FlushTo(Log.End);
    }

    public ReplicaId Id { get; }

    public Membership KnownMembership => _stored.Memberships[^1].Membership;

    public SimLog Log { get; } = new();

    /// <summary>Rises with each start, so that what was under way in an earlier life is recognized.</summary>
    public int Life { get; private set; }

    public bool IsAlive => _core is not null;

    public RaftCore Core => _core ?? throw new InvalidOperationException($"node {Id} is down");

    /// <summary>The commit as announced in this life.</summary>
    public long CommitSeen { get; set; }

    /// <summary>The role as announced in this life; the core may be ahead of it while effects wait.</summary>
    public RaftRole RoleSeen { get; private set; }

    /// <summary>Its disk is lost, and with it this replica.</summary>
    public bool IsLost { get; private set; }

    public bool Leads => IsAlive && Core.Role == RaftRole.Leader;

    public void Start()
    {
        Life++;
        _core = new RaftCore(Id, _world.Options, _stored, Log.Recovered, _world.ChanceOf(Id)) { Fault = _world.Fault };
        CommitSeen = _core.Commit;
        RoleSeen = _core.Role;
        _world.Checker.AfterStep(this, _world.HasSteadyClocks);
    }

    /// <summary>The process ends; of what was not flushed, a part is gone.</summary>
    public void Crash()
    {
        if (!IsAlive)
        {
            return;
        }

        _world.Count("Crash");
        _world.Trace($"{Id} crashes, log {Log.Start}..{Log.DurableEnd}..{Log.End}");
        _core = null;
        _read.Clear();
        Life++;
        var durable = _world.HarnessFault == HarnessFault.FlushesNothing ? Math.Max(Log.Start, Log.DurableEnd - 3) : Log.DurableEnd;
        var end = _world.Random.NextInt64(durable, Log.End + 1);
        if (end < Log.End)
        {
            Log.TruncateTo(end);
        }

        Log.FlushTo(end);
        if (_world.HarnessFault == HarnessFault.ForgetsVote)
        {
            _stored = _stored with { Vote = null };
        }
    }

    public void LoseDisk()
    {
        Crash();
        IsLost = true;
    }

    public void Tick() => Act(core => core.Tick());

    public void Receive(RaftMessage message, SimEntry[] entries)
    {
        _received = entries;
        _receivedFrom = message is AppendRequest append ? append.FromOffset : 0;
        Act(core => core.Step(message));
        _received = [];
    }

    public void Propose(int recordCount) => Act(core =>
    {
        var result = core.Propose(recordCount);
        _proposedEpoch = result.Epoch;
        _world.Trace($"{Id} proposes {recordCount}: {result.Outcome} at {result.BaseOffset}");
    });

    public void Change(MembershipChange change) => Act(core =>
    {
        var outcome = core.Change(change);
        _world.Count($"Change{outcome}");
        _world.Trace($"{Id} changes {change.Kind} {change.Replica}: {outcome}");
    });

    public void Transfer(ReplicaId target) => Act(core =>
    {
        var outcome = core.TransferLeadership(target);
        _world.Count($"Transfer{outcome}");
        _world.Trace($"{Id} hands over to {target}: {outcome}");
    });

    public void Stand() => Act(core => core.Stand());

    public void MoveLogStart(long start) => Act(core =>
    {
        if (start > Log.Start && start <= core.Commit)
        {
            _world.Trace($"{Id} deletes before {start}");
            Log.DeleteBefore(start);
            core.LogStartMoved(start);
        }
    });

    /// <summary>One step: the core is told something, and everything it says is carried out.</summary>
    private void Act(Action<RaftCore> input)
    {
        if (_core is not { } core)
        {
            return;
        }

        _world.CountStep();
        input(core);
        while (IsAlive && core.Effects.TryTake(out var effect))
        {
            if (_world.DiesNow())
            {
                Crash();
                break;
            }

            _world.Count(effect.GetType().Name);
            Carry(core, effect);
        }

        if (IsAlive)
        {
            _world.Checker.AfterStep(this, _world.HasSteadyClocks);
        }
    }

    private void Carry(RaftCore core, RaftEffect effect)
    {
        switch (effect)
        {
            case PersistHardState persist:
                if (_world.HarnessFault != HarnessFault.PersistsNothing || _world.Random.Next(2) == 0)
                {
                    _stored = persist.State;
                }

                break;
            case Send send:
                _world.Send(send.Message, []);
                break;
            case SendEntries send:
                _read.Remove(send.ReadId, out var entries);
                Checker.Require(entries!.Length == send.Message.EndOffset - send.Message.FromOffset, this, $"sends {send.Message.FromOffset}..{send.Message.EndOffset}, read {entries.Length}");
                _world.Send(send.Message, entries);
                break;
            case ReadEntries read:
                Read(core, read);
                break;
            case AppendProposed append:
                Checker.Require(append.Epoch == _proposedEpoch, this, $"proposal of epoch {_proposedEpoch} appended as {append.Epoch}");
                AppendOwn(core, append.BaseOffset, append.EndOffset, append.Epoch, sign: 1);
                break;
            case AppendControl control:
                _world.Trace($"{Id} appends its own record {control.Offset} of epoch {control.Epoch}");
                AppendOwn(core, control.Offset, control.Offset + 1, control.Epoch, sign: -1);
                break;
            case AppendReceived received:
                AppendReceived(core, received);
                break;
            case TruncateLog truncate:
                _world.Trace($"{Id} cuts off at {truncate.EndOffset}");
                Checker.Truncated(this, truncate.EndOffset);
                Log.TruncateTo(truncate.EndOffset);
                break;
            case StartOver over:
                _world.Trace($"{Id} starts over at {over.StartOffset}");
                _world.Checker.StartsOver(this, over.StartOffset);
                _world.After(_world.Random.Next(1, _world.IsCalm ? 600 : 4000), this, node => node.FinishStartOver(over));
                break;
            case CommitMoved moved:
                OnCommitMoved(moved);
                break;
            case RoleChanged changed:
                _world.Trace($"{Id} {TextOf(changed)}");
                RoleSeen = changed.Role;
                _world.Count($"Role{changed.Role}");
                _world.Checker.RoleChanged(this, changed.Role, changed.Epoch);
                break;
            case LeaderStartMoved moved when _world.FollowsLogStart:
                Log.DeleteBefore(moved.StartOffset);
                core.LogStartMoved(moved.StartOffset);
                break;
            case SafetyViolated violated:
                throw new PromiseBrokenException(violated.What);
            case TransferAborted aborted:
                _world.Trace($"{Id} gives up handing over to {aborted.Target}");
                break;
            case MembershipChanged changed:
                _world.Trace($"{Id} is in group {changed.InForce.Membership}, from record {changed.InForce.Offset}");
                break;
        }
    }

    private static string TextOf(RoleChanged changed) => changed.Role switch
    {
        RaftRole.Leader => $"leads in epoch {changed.Epoch}",
        RaftRole.Follower or RaftRole.Learner when changed.Leader is { } leader => $"is a {changed.Role} of {leader} in epoch {changed.Epoch}",
        _ => $"is a {changed.Role} in epoch {changed.Epoch}",
    };

    private void OnCommitMoved(CommitMoved moved)
    {
        _world.Trace($"{Id} commits to {moved.Commit}");
        if (moved.Commit > Log.Start)
        {
            _world.Checker.Committed(this, moved.Commit, _world.Nodes);
        }
        else
        {
            CommitSeen = moved.Commit;    // it began anew there
        }
    }

    /// <summary>The bytes are those of now, whenever they arrive.</summary>
    private void Read(RaftCore core, ReadEntries read)
    {
        var end = Math.Min(read.EndMax, read.FromOffset + _world.ReadMax);
        var entries = end <= Log.End && read.FromOffset >= Log.Start ? Log.Slice(read.FromOffset, end) : [];
        if (_world.ReadsLater)
        {
            _world.After(_world.Random.Next(1, 100), this, node => node.Act(later => node.FinishRead(later, read, entries)));
        }
        else
        {
            FinishRead(core, read, entries);
        }
    }

    private void FinishRead(RaftCore core, ReadEntries read, SimEntry[] entries)
    {
        _read[read.ReadId] = entries;
        if (!core.EntriesRead(read.ReadId, read.FromOffset + entries.Length, entries.Length * 100))
        {
            _read.Remove(read.ReadId);
        }
    }

    private void AppendOwn(RaftCore core, long from, long end, int epoch, int sign)
    {
        Checker.Require(from == Log.End, this, $"appends at {from}, its log ends at {Log.End}");
        for (var offset = from; offset < end; offset++)
        {
            Log.Append(epoch, sign * _world.NextValue());
            _world.Checker.Appended(this, offset);
        }

        Flush(core);
    }

    private void AppendReceived(RaftCore core, AppendReceived append)
    {
        Checker.Require(append.FromOffset == Log.End, this, $"appends at {append.FromOffset}, its log ends at {Log.End}");
        foreach (var entry in _received.AsSpan((int)(append.FromOffset - _receivedFrom)))
        {
            Checker.Require(entry.Epoch == append.Epoch, this, $"appends epoch {entry.Epoch} as {append.Epoch}");
            Log.Append(entry.Epoch, entry.Value);
            _world.Checker.Appended(this, Log.End - 1);
        }

        Checker.Require(append.EndOffset == Log.End, this, $"appended to {Log.End}, meant {append.EndOffset}");
        Flush(core);
    }

    private void Flush(RaftCore core)
    {
        if (_world.FlushesAtOnce)
        {
            Log.FlushTo(Log.End);
            core.Durable(Log.End);
            return;
        }

        var (generation, end) = (Log.Generation, Log.End);
        _world.After(_world.Random.Next(1, 120), this, node => node.Act(later =>
        {
            if (generation == Log.Generation)
            {
                Log.FlushTo(end);
                later.Durable(end);
            }
        }));
    }

    private void FinishStartOver(StartOver over) => Act(core =>
    {
        if (_world.FailsToStartOver)
        {
            core.StartOverFailed(over.StartOffset);
            return;
        }

        Log.StartOverAt(over.StartOffset, _world.Checker.CommittedChainBefore(over.StartOffset), over.Epochs);
        CommitSeen = over.StartOffset;
        if (_world.DiesNow())
        {
            Crash();
            return;
        }

        core.StartedOver(over.StartOffset);
    });
}
