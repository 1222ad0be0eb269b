using System.Collections.Frozen;
using System.Collections.Immutable;
using ActorBroker.Log;
using ActorBroker.Messages;
using ActorBroker.Messages.Sessions;
using Akka.Actor;
using Akka.Event;

namespace ActorBroker.Client.Consuming;

/// <summary>The engine's partitions: which are assigned, where reading them begins, what is wrong with them.</summary>
/// <remarks>Runs inside the engine actor.</remarks>
/// <param name="pause">Before positions that could not be found are looked for again.</param>
internal sealed class PartitionTable(
    ConsumerBoard board,
    ConsumerSettings settings,
    PositionFinder finder,
    StreamTable streams,
    HandOut handOut,
    IActorContext context,
    ITimerScheduler timers,
    TimeSpan pause,
    CancellationToken ended)
{
    private readonly Dictionary<TopicPartition, AssignedPartition> _assigned = [];
    private readonly ILoggingAdapter _logging = context.GetLogger();
    private readonly IActorRef _self = context.Self;

    /// <summary>A group assigns them: what is missing may come yet.</summary>
    public bool IsOfGroup { get; set; }

    public IReadOnlyCollection<AssignedPartition> All => _assigned.Values;

    public IReadOnlyCollection<TopicPartition> Names => _assigned.Keys;

    public AssignedPartition? Find(TopicPartition partition) => _assigned.GetValueOrDefault(partition);

    public void Clear()
    {
        _assigned.Clear();
        Publish();
    }

    public void OnOutOfRange(AssignedPartition partition, StreamEnded ended)
    {
        var (wanted, reset) = (partition.NextFetch, settings.OffsetReset);
        if (reset == OffsetReset.Error)
        {
            Fault(partition, new OffsetOutOfRangeException(
                $"{partition.Partition}: offset {wanted} is not in {ended.LogStart}..{ended.HighWatermark}, and OffsetReset is Error.", partition.Partition, wanted));
            return;
        }

        _logging.Warning("{0}: offset {1} is not in {2}..{3}; going on at the {4}", partition.Partition, wanted, ended.LogStart, ended.HighWatermark, reset);
        var next = reset == OffsetReset.Earliest ? ended.LogStart : ended.HighWatermark;
        if (next <= wanted)
        {
            Replace(partition, PositionFinder.AfterReset(reset));   // the log has become shorter
            Resolve();
            return;
        }

        // What is buffered is still good: it lies before the gap.
        partition.NextFetch = next;
        if (partition.Chunks.Count == 0 && !handOut.IsBusy)
        {
            partition.MoveTo(next);
        }

        streams.Open(partition);
    }

    public void Fault(AssignedPartition partition, BrokerException error)
    {
        partition.IsFaulted = true;
        partition.Sought?.TrySetException(error);
        partition.Sought = null;
        handOut.Fault(partition, error);
    }

    public void Set(IEnumerable<TopicPartitionStart> partitions, bool isHeld)
    {
        Check.That(_assigned.Count == 0);
        TopicPartitionStart[] all = [.. partitions];
        var share = settings.ShareBytes(all.Length);
        foreach (var (partition, start) in all)
        {
            _assigned[partition] = new AssignedPartition(partition, start, share) { IsHeld = isHeld };
        }

        Publish();
        Resolve();
    }

    private void Publish() => board.Assigned = _assigned.ToFrozenDictionary();

    /// <summary>Another one takes its place.</summary>
    public AssignedPartition Replace(AssignedPartition old, Start start)
    {
        old.Withdraw();
        streams.Close(old);
        old.Sought?.TrySetResult();
        var next = new AssignedPartition(old.Partition, start, settings.ShareBytes(_assigned.Count)) { IsPaused = old.IsPaused, Committed = old.Committed };
        _assigned[old.Partition] = next;
        Publish();
        return next;
    }

    /// <summary>Looks for the positions that are not known.</summary>
    public void Resolve()
    {
        ImmutableArray<AssignedPartition> open = [.. _assigned.Values.Where(partition =>
            partition is { Position: null, IsGone: false, IsFaulted: false, IsBeingResolved: false, IsHeld: false })];
        if (open.IsEmpty)
        {
            return;
        }

        foreach (var partition in open)
        {
            partition.IsBeingResolved = true;
        }

        finder.Find([.. open.Select(partition => (partition.Partition, partition.Start))], ended).PipeTo(
            _self, _self, found => new PositionsFound(open, found, null), error => new PositionsFound(open, [], error));
    }

    public void OnPositionsFound(PositionsFound found)
    {
        foreach (var partition in found.For)
        {
            partition.IsBeingResolved = false;
        }

        if (found.Error is not null)
        {
            OnPositionsNotFound(found);
            return;
        }

        foreach (var one in found.Found)
        {
            var partition = found.For.First(partition => partition.Partition == one.Partition);
            if (partition.IsGone)
            {
                continue;
            }

            if (one.Error is not null)
            {
                Fault(partition, one.Error);
                continue;
            }

            partition.MoveTo(one.Position);
            partition.NextFetch = one.Position;
            partition.Committed = one.Committed == Offset.None ? partition.Committed : one.Committed;
            partition.Sought?.TrySetResult();
            partition.Sought = null;
            streams.Open(partition);
        }
    }

    private void OnPositionsNotFound(PositionsFound found)
    {
        var error = found.Error as BrokerException ?? new BrokerException(SessionError.None, false, found.Error!.Message, found.Error);
        if (error.IsRetriable && (IsOfGroup || error is not UnknownTopicOrPartitionException))
        {
            _logging.Warning("Positions cannot be found for now: {0}", error.Message);
            timers.StartSingleTimer(ResolveTick.Instance, ResolveTick.Instance, pause);
            return;
        }

        foreach (var partition in found.For.Where(partition => !partition.IsGone))
        {
            Fault(partition, error);
        }
    }
}

/// <summary>An answer of <see cref="PositionFinder"/>, or its failure.</summary>
internal sealed record PositionsFound(ImmutableArray<AssignedPartition> For, ImmutableArray<FoundStart> Found, Exception? Error);

/// <summary>Timer: look for positions again.</summary>
internal sealed record ResolveTick
{
    public static readonly ResolveTick Instance = new();
}
