using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Partitions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Groups;

/// <summary>Coordinates the groups of one partition of <c>__consumer_offsets</c>: reads them from the partition when it starts,
/// and writes each change there before it is confirmed.</summary>
/// <remarks>The rebalance protocol is in <see cref="Group"/>, without I/O. A partition that refuses a write, or cannot be read,
/// is read anew: what was confirmed is in it. Bound to one actor of its partition: when another one leads it, here or elsewhere,
/// <see cref="Resign"/> ends it, and a new coordinator reads the log.</remarks>
internal sealed class GroupCoordinatorActor : ReceiveActor, IWithTimers, IWithUnboundedStash
{
    private const int LoadBytes = 4 * ByteSizes.MiB;
    private const int StashMax = 10_000;
    private const int RecordsBetweenRewrites = 20_000;
    private static readonly TimeSpan RetryInterval = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan AnswerTimeout = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan TickInterval = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromMinutes(10);

    private readonly TopicPartition _partition;
    private readonly IActorRef _leader;
    private readonly GroupSettings _settings;
    private readonly PartitionDirectory _directory;
    private readonly TimeProvider _clock;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private readonly Dictionary<long, Action<Offset>> _writes = [];
    private readonly HashSet<(string Group, int Generation)> _storing = [];
    private GroupStore _store;
    private Offset _loadFrom;
    private int _stashed;
    private long _nextWrite;
    private long _recordsInLog;
    private bool _ticks;
    private bool _hasResigned;

    /// <param name="leader">The actor that leads the partition.</param>
    public GroupCoordinatorActor(TopicPartition partition, IActorRef leader, GroupSettings settings, PartitionDirectory directory, TimeProvider clock)
    {
        _partition = partition;
        _leader = leader;
        _settings = settings;
        _directory = directory;
        _clock = clock;
        _store = new GroupStore(settings);
        Become(Loading);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public IStash Stash { get; set; } = null!;

    protected override void PreStart()
    {
        Timers.StartPeriodicTimer(ExpiryTick.Instance, ExpiryTick.Instance, ExpiryInterval);
        Self.Tell(LoadTick.Instance);
    }

    /// <summary>Null while the partition refuses everything, and once this actor of it leads no more.</summary>
    private PartitionRoute? Route => _directory.Find(_partition) is { Fenced: null } route && route.Actor.Equals(_leader) ? route : null;

    private long Now => _clock.GetUtcNow().ToUnixTimeMilliseconds();

    private void Loading()
    {
        Receive<LoadTick>(_ => LoadFromStart());
        Receive<Fetched>(OnLoaded);
        Receive<FetchRefused>(OnLoadRefused);
        Receive<OffsetFound>(found => ReadOn(found.Offset));
        Receive<IGroupCommand>(StashCommand);
        Receive<ListGroups>(StashCommand);
        Receive<Resign>(_ => OnResign());
        ReceiveAny(_ => { });
    }

    private void Ready()
    {
        Receive<JoinGroup>(m => WithGroup(m.GroupId, group => group.Join(m, Sender, Now)));
        Receive<SyncGroup>(m => WithKnownGroup(m.GroupId, group => group.Sync(m, Sender, Now), () => SyncedGroup.Refused(m.Id, GroupError.UnknownMember)));
        Receive<GroupHeartbeat>(OnHeartbeat);
        Receive<LeaveGroup>(OnLeave);
        Receive<CommitOffsets>(OnCommit);
        Receive<FetchOffsets>(OnFetchOffsets);
        Receive<DeleteOffsets>(OnDeleteOffsets);
        Receive<DeleteGroup>(OnDeleteGroup);
        Receive<DescribeGroup>(OnDescribe);
        Receive<ListGroups>(OnList);
        Receive<Appended>(m => OnWritten(m.Id.Call, m.BaseOffset));
        Receive<AppendRefused>(OnWriteRefused);
        Receive<GroupTick>(_ => OnTick());
        Receive<ExpiryTick>(_ => OnExpiry());
        Receive<RecordsDeleted>(_ => { });
        Receive<FetchRefused>(_ => { });
        Receive<LoadTick>(_ => { });
        Receive<Resign>(_ => OnResign());
    }

    /// <summary>Nothing is done any more; what was sent before is sent elsewhere.</summary>
    private void Resigned()
    {
        Receive<IGroupCommand>(m => Sender.Tell(new GroupRefused(m.Id, GroupError.NotCoordinator)));
        Receive<ListGroups>(m => Sender.Tell(new GroupsListed(m.Id, GroupError.None, [])));
        Receive<Resign>(_ => Context.Stop(Self));
        ReceiveAny(_ => { });
    }

    /// <summary>Answers all who wait. What was being written may be in the log: nobody is told that it is.</summary>
    private void OnResign()
    {
        Become(Resigned);
        _hasResigned = true;
        foreach (var write in _writes.Values.ToArray())
        {
            write(Offset.None);
        }

        _writes.Clear();
        foreach (var group in _store.Groups)
        {
            group.AnswerAll(GroupError.NotCoordinator);
            Send(group);
        }

        Stash.UnstashAll();
        Self.Tell(Resign.Instance);
    }

    private void StashCommand(object command)
    {
        if (_stashed < StashMax)
        {
            _stashed++;
            Stash.Stash();
        }
        else if (command is IGroupCommand group)
        {
            Sender.Tell(new GroupRefused(group.Id, GroupError.CoordinatorLoading));
        }
    }

    private void LoadFromStart()
    {
        _store = new GroupStore(_settings);
        _recordsInLog = 0;
        if (Route is not null)
        {
            _leader.Tell(new FindOffset(default, OffsetQuestion.Earliest, 0, LeaderEpoch.None));
        }

        // Also when the question goes unanswered: asked again until it is.
        Timers.StartSingleTimer(LoadTick.Instance, LoadTick.Instance, Route is null ? RetryInterval : AnswerTimeout);
    }

    private void ReadOn(Offset from)
    {
        _loadFrom = from;
        Timers.StartSingleTimer(LoadTick.Instance, LoadTick.Instance, TimeSpan.FromSeconds(30));
        _leader.Tell(new Fetch(default, from, LoadBytes, 0, LeaderEpoch.None));
    }

    private void OnLoadRefused(FetchRefused refused)
    {
        _log.Warning("{0}: groups cannot be read: {1}", _partition, refused.Error);
        Timers.StartSingleTimer(LoadTick.Instance, LoadTick.Instance, RetryInterval);
    }

    private void OnLoaded(Fetched fetched)
    {
        if (fetched.Batches is not { } lease)
        {
            FinishLoading();
            return;
        }

        using (lease)
        {
            var next = _loadFrom;
            var batches = new BatchSequence(lease.Bytes.Span, int.MaxValue);
            while (batches.MoveNext())
            {
                next = batches.Current.NextOffset;
                Apply(batches.Current);
            }

            Check.That(next > _loadFrom);
            if (next < fetched.HighWatermark)
            {
                ReadOn(next);
                return;
            }
        }

        FinishLoading();
    }

    private void Apply(BatchView batch)
    {
        if (batch.IsControl)
        {
            return;
        }

        var records = new RecordReader(batch);
        while (records.MoveNext())
        {
            _recordsInLog++;
            var record = records.Current;
            var value = record.Value.IsNull ? (ReadOnlyMemory<byte>?)null : record.Value.Span.ToArray();
            if (!GroupRecords.Apply(_store, record.Key.Span.ToArray(), value, Now))
            {
                _log.Warning("{0}: the record at offset {1} cannot be read and is passed over", _partition, record.Offset);
            }
        }

        records.Dispose();
        if (records.Error != BatchError.None)
        {
            _log.Error("{0}: the batch at offset {1} cannot be read: {2}", _partition, batch.BaseOffset, records.Error);
        }
    }

    private void FinishLoading()
    {
        Timers.Cancel(LoadTick.Instance);
        _stashed = 0;
        Become(Ready);
        Stash.UnstashAll();
        RewriteIfWorthIt();
        EnsureTicks();
    }

    private void OnHeartbeat(GroupHeartbeat command)
    {
        var error = _store.FindGroup(command.GroupId) is { } group ? group.Heartbeat(command, Now) : GroupError.UnknownMember;
        Sender.Tell(new GroupAnswered(command.Id, error));
    }

    private void OnLeave(LeaveGroup command)
    {
        if (_store.FindGroup(command.GroupId) is not { } group)
        {
            Sender.Tell(new LeftGroup(command.Id, GroupError.None, [.. command.Members.Select(_ => GroupError.UnknownMember)]));
            return;
        }

        var outcomes = command.Members.Select(member => group.Leave(member, Now)).ToImmutableArray();
        Sender.Tell(new LeftGroup(command.Id, GroupError.None, outcomes));
        AfterChange(group);
    }

    private void OnCommit(CommitOffsets command)
    {
        var group = _store.FindGroup(command.GroupId);
        var error = group is not null ? group.CheckCommit(command, Now)
            : command.Generation < 0 ? GroupError.None
            : GroupError.IllegalGeneration;
        var outcomes = command.Offsets
            .Select(offset => error != GroupError.None ? error : CheckMetadata(offset.Offset))
            .ToImmutableArray();
        var accepted = command.Offsets.Where((_, i) => outcomes[i] == GroupError.None).ToArray();
        var client = Sender;
        if (accepted.Length == 0)
        {
            client.Tell(new OffsetsCommitted(command.Id, outcomes));
            return;
        }

        var batch = new BatchWriter();
        foreach (var (partition, offset) in accepted)
        {
            batch.Add(Now, GroupRecords.OffsetKey(command.GroupId, partition), GroupRecords.OffsetValue(offset));
        }

        Write(batch, isStored =>
        {
            if (isStored)
            {
                foreach (var (partition, offset) in accepted)
                {
                    _store.Set(command.GroupId, partition, offset);
                }
            }

            client.Tell(new OffsetsCommitted(command.Id, isStored ? outcomes : [.. outcomes.Select(_ => GroupError.CoordinatorNotAvailable)]));
        });
    }

    private GroupError CheckMetadata(CommittedOffset offset) =>
        offset.Metadata.Length > _settings.OffsetMetadataBytesMax ? GroupError.MetadataTooLarge : GroupError.None;

    private void OnFetchOffsets(FetchOffsets command)
    {
        var known = _store.OffsetsOf(command.GroupId);
        var offsets = command.Partitions is { } wanted
            ? wanted.Select(partition => (partition, known.GetValueOrDefault(partition)))
            : known.Select(offset => (offset.Key, (CommittedOffset?)offset.Value));
        Sender.Tell(new OffsetsFetched(command.Id, GroupError.None, [.. offsets]));
    }

    private void OnDeleteOffsets(DeleteOffsets command)
    {
        var group = _store.FindGroup(command.GroupId);
        if (!_store.Knows(command.GroupId) || group is { Members.Count: > 0 })
        {
            var error = group is null ? GroupError.GroupNotFound : GroupError.SubscribedToTopic;
            Sender.Tell(new OffsetsCommitted(command.Id, [.. command.Partitions.Select(_ => error)]));
            return;
        }

        Delete(command.GroupId, command.Partitions, alsoGroup: false, Sender, isStored => new OffsetsCommitted(
            command.Id, [.. command.Partitions.Select(_ => isStored ? GroupError.None : GroupError.CoordinatorNotAvailable)]));
    }

    private void OnDeleteGroup(DeleteGroup command)
    {
        if (!_store.Knows(command.GroupId))
        {
            Sender.Tell(new GroupAnswered(command.Id, GroupError.GroupNotFound));
            return;
        }

        if (_store.FindGroup(command.GroupId) is { State: not GroupState.Empty })
        {
            Sender.Tell(new GroupAnswered(command.Id, GroupError.NonEmptyGroup));
            return;
        }

        Delete(command.GroupId, [.. _store.OffsetsOf(command.GroupId).Keys], alsoGroup: true, Sender, isStored =>
            new GroupAnswered(command.Id, isStored ? GroupError.None : GroupError.CoordinatorNotAvailable));
    }

    private void Delete(string group, ImmutableArray<TopicPartition> partitions, bool alsoGroup, IActorRef client, Func<bool, object> answer)
    {
        var batch = new BatchWriter();
        foreach (var partition in partitions)
        {
            batch.Add(Now, GroupRecords.OffsetKey(group, partition), NullableBytes.Null);
        }

        if (alsoGroup)
        {
            batch.Add(Now, GroupRecords.GroupKey(group), NullableBytes.Null);
        }

        if (batch.Count == 0)
        {
            client.Tell(answer(true));
            return;
        }

        Write(batch, isStored =>
        {
            if (isStored)
            {
                foreach (var partition in partitions)
                {
                    _store.Forget(group, partition);
                }

                // One may have joined while this was written: its group is stored behind it.
                if (alsoGroup && _store.FindGroup(group) is not { NeedsTicks: true })
                {
                    _store.ForgetGroup(group);
                }
            }

            client.Tell(answer(isStored));
        });
    }

    private void OnDescribe(DescribeGroup command)
    {
        if (_store.FindGroup(command.GroupId) is not { } group)
        {
            var state = _store.Knows(command.GroupId) ? GroupState.Empty : GroupState.Dead;
            Sender.Tell(new GroupDescribed(command.Id, GroupError.None, state.ToString(), "", "", []));
            return;
        }

        var protocol = group.ProtocolName ?? "";
        Sender.Tell(new GroupDescribed(command.Id, GroupError.None, group.State.ToString(), group.ProtocolType, protocol,
            [.. group.Members.Select(member => new DescribedMember(
                member.Id, member.InstanceId, member.ClientId, member.ClientHost, member.MetadataOf(protocol), member.Assignment))]));
    }

    private void OnList(ListGroups command) => Sender.Tell(new GroupsListed(command.Id, GroupError.None,
        [.. _store.Ids.Select(id => _store.FindGroup(id) is { } group
            ? new ListedGroup(id, group.ProtocolType, group.State.ToString())
            : new ListedGroup(id, "", nameof(GroupState.Empty)))]));

    private void WithGroup(string groupId, Action<Group> work)
    {
        var group = _store.Group(groupId);
        work(group);
        AfterChange(group);
    }

    private void WithKnownGroup(string groupId, Action<Group> work, Func<object> refusal)
    {
        if (_store.FindGroup(groupId) is { } group)
        {
            work(group);
            AfterChange(group);
        }
        else
        {
            Sender.Tell(refusal());
        }
    }

    /// <summary>Sends what the group has to say, stores what must be stored, keeps its time.</summary>
    private void AfterChange(Group group)
    {
        Send(group);
        if (_hasResigned)
        {
            return;
        }

        EnsureTicks();
        if (!group.MustStore || _storing.Contains((group.Id, group.Generation)))
        {
            return;
        }

        var generation = group.Generation;
        _storing.Add((group.Id, generation));
        var batch = new BatchWriter();
        batch.Add(Now, GroupRecords.GroupKey(group.Id), GroupRecords.GroupValue(group, Now));
        Write(batch, isStored =>
        {
            _storing.Remove((group.Id, generation));
            group.Stored(generation, isStored, Now);
            AfterChange(group);
        });
    }

    private static void Send(Group group)
    {
        foreach (var (client, reply) in group.Outbox)
        {
            client.Tell(reply);
        }

        group.Outbox.Clear();
    }

    private void EnsureTicks()
    {
        if (!_ticks && _store.Groups.Any(group => group.NeedsTicks))
        {
            _ticks = true;
            Timers.StartPeriodicTimer(GroupTick.Instance, GroupTick.Instance, TickInterval);
        }
    }

    private void OnTick()
    {
        var isNeeded = false;
        foreach (var group in _store.Groups.ToArray())
        {
            if (group.NeedsTicks)
            {
                group.Tick(Now);
                AfterChange(group);
                isNeeded |= group.NeedsTicks;
            }
        }

        if (!isNeeded)
        {
            _ticks = false;
            Timers.Cancel(GroupTick.Instance);
        }
    }

    /// <summary>Positions of groups without members are forgotten after the retention time, counted from their last commit.</summary>
    private void OnExpiry()
    {
        var before = Now - (long)_settings.OffsetsRetention.TotalMilliseconds;
        foreach (var (group, positions, alsoGroup) in _store.Expired(before).ToArray())
        {
            Delete(group, positions, alsoGroup, ActorRefs.Nobody, isStored => isStored);
        }

        RewriteIfWorthIt();
    }

    private void Write(BatchWriter batch, Action<bool> then) => WriteAt(batch, baseOffset => then(baseOffset != Offset.None));

    /// <param name="then">Gets the offset of the first record, or <see cref="Offset.None"/> when nothing was stored.</param>
    private void WriteAt(BatchWriter batch, Action<Offset> then)
    {
        if (Route is null)
        {
            then(Offset.None);
            return;
        }

        _recordsInLog += batch.Count;
        var id = _nextWrite++;
        _writes[id] = then;
        _leader.Tell(new Append(new RequestId(id, 0), batch.ToLease(), Acks.All));
    }

    private void OnWritten(long id, Offset baseOffset)
    {
        if (_writes.Remove(id, out var then))
        {
            then(baseOffset);
        }
    }

    private void OnWriteRefused(AppendRefused refused)
    {
        _log.Warning("{0}: a change of a group was not stored: {1}", _partition, refused.Error);
        OnWritten(refused.Id.Call, Offset.None);
    }

    /// <summary>Most records in the log are old versions of later ones. When they are far more than what is alive, all that is
    /// alive is written once more, in one batch, and what lies before it is deleted.</summary>
    private void RewriteIfWorthIt()
    {
        if (_writes.Count > 0 || _recordsInLog < RecordsBetweenRewrites + (4L * _store.LiveRecords) || Route is not { } route)
        {
            return;
        }

        var batch = new BatchWriter();
        foreach (var group in _store.Groups)
        {
            batch.Add(Now, GroupRecords.GroupKey(group.Id), GroupRecords.GroupValue(group, Now));
        }

        foreach (var (group, partition, offset) in _store.Offsets)
        {
            batch.Add(Now, GroupRecords.OffsetKey(group, partition), GroupRecords.OffsetValue(offset));
        }

        if (batch.Count == 0 || batch.SizeInBytes > route.Settings.BatchBytesMax)
        {
            return;
        }

        var alive = batch.Count;
        WriteAt(batch, baseOffset =>
        {
            if (baseOffset != Offset.None)
            {
                _recordsInLog = alive;
                _leader.Tell(new DeleteRecords(default, baseOffset));
            }
        });
    }

    private sealed record LoadTick
    {
        public static readonly LoadTick Instance = new();
    }

    private sealed record GroupTick
    {
        public static readonly GroupTick Instance = new();
    }

    private sealed record ExpiryTick
    {
        public static readonly ExpiryTick Instance = new();
    }
}
