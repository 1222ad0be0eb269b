using ActorBroker.Controller;
using ActorBroker.Log;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>What a replica does before it can lead: takes over the log of the node that leads now.</summary>
/// <remarks>
/// Owner and only caller: its <see cref="PartitionActor"/>, which looks at <see cref="Failure"/> and <see cref="IsComplete"/> after each
/// call. Asks for one part at a time until it has caught up; flushes that; catches up again; asks for the hand-over, takes the
/// rest, flushes. Batches are stored as they are, offsets and epochs included.
/// One request is under way at a time and is sent again when its answer does not come: every part says where it begins, so that
/// a late or doubled one is told apart.
/// </remarks>
internal sealed class CopyRole(PartitionIdentity identity, PartitionMove move, IActorRef self, ITimerScheduler timers, ActorSystem system)
{
    /// <summary>How long producers are chased, as a part of the time after which a copy without progress is given up.</summary>
    private const int ChasesPerStall = 10;

    /// <summary>The first requests find a source that wakes for them: they are repeated sooner, twice as late each time.</summary>
    private const int FirstsPerTimeout = 16;

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(10);
    private readonly PartitionSettings _settings = identity.Settings;
    private readonly TimeProvider _clock = identity.Storage.Clock;
    private LogSettings _logSettings = identity.Topic.ToLogSettings();
    private PartitionLog? _log;
    private FlushTicket? _flush;
    private long _sentAt;
    private TimeSpan _ahead;
    private TimeSpan _patience;
    private long _progressAt = identity.Storage.Clock.GetTimestamp();
    private bool _hasBegun;
    private bool _isAwaiting;
    private bool _isSynced;
    private bool _isCaughtUp;
    private bool _isFinal;
    private long? _firstEnd;
    private long? _chasesSince;
    private Offset _logStart = Offset.Zero;
    private string? _refusal;

    public PartitionMove Move => move;

    /// <summary>Why the copy cannot be made; null as long as it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>The log is as the source's, on the disk, and stays so.</summary>
    public bool IsComplete { get; private set; }

    /// <summary>In which the source leads; new terms are above it.</summary>
    public LeaderEpoch SourceEpoch { get; private set; } = LeaderEpoch.None;

    public PartitionLog Log => _log!;

    /// <summary>Where the copy ends; −1: it has nothing.</summary>
    private long End => _hasBegun ? _log!.Offsets.End.Value : -1;

    /// <summary>Begins, with nothing: deletes what is in the folder, hard state included.</summary>
    /// <exception cref="LogIOException">The disk refused.</exception>
    public void Start()
    {
        _log?.Dispose();
        _log = null;
        _flush = null;
        (_hasBegun, _isSynced, _isCaughtUp, _isFinal, _logStart) = (false, false, false, false, Offset.Zero);
        (_firstEnd, _chasesSince) = (null, null);
        _patience = _settings.MoveRequestTimeout / FirstsPerTimeout;
        PartitionLog.Delete(identity.Storage.Files, identity.Folder);
        FolderIdentity.Claim(identity.Storage.Files, identity.Folder, identity.TopicId);
        _log = PartitionLog.Open(identity.Storage.Files, identity.Folder, _logSettings, _clock);
        Send();
    }

    public void OnPart(CopyPart part)
    {
        if (part.Move != move.Number || !_isAwaiting || part.Epoch < SourceEpoch.Value)
        {
            return;
        }

        if (_hasBegun && (part.Epoch > SourceEpoch.Value || part.From > End))
        {
            // The source began a new term, and may have lost what it had not flushed; or it deleted what comes next.
            SourceEpoch = new LeaderEpoch(part.Epoch);
            Start();
            return;
        }

        // An answer to a request of before is behind the copy's end; or, when the copy starts over, not at the log's start.
        if (_hasBegun ? part.From != End : part.From > part.LogStart)
        {
            return;
        }

        _isAwaiting = false;
        _refusal = null;
        SourceEpoch = new LeaderEpoch(part.Epoch);
        Take(part);
        if (Failure is null)
        {
            Proceed(part);
        }
    }

    public void OnRefused(CopyRefused refused)
    {
        if (refused.Move == move.Number && _isAwaiting)
        {
            _isAwaiting = false;
            _refusal = refused.Reason;
            SendAfter(_hasBegun ? _settings.MoveRequestTimeout / 2 : _patience);
        }
    }

    public void OnTick()
    {
        var isInVain = _isAwaiting || _refusal is not null;
        if (isInVain && _clock.GetElapsedTime(_progressAt) >= _settings.MoveStallTimeout)
        {
            Failure = $"no progress for {_settings.MoveStallTimeout:c}: {_refusal ?? $"node {move.From} does not answer"}";
        }
        else if (_flush is null)
        {
            Send();
        }
    }

    public void OnFlushed(FlushTicket ticket)
    {
        if (ticket != _flush)
        {
            return;     // of a log that the copy gave up
        }

        _flush = null;
        _log!.CompleteFlush(ticket);
        _progressAt = _clock.GetTimestamp();
        if (_isFinal)
        {
            Complete();
        }
        else
        {
            _isSynced = true;
            _isCaughtUp = false;
            _chasesSince = _clock.GetTimestamp();
            Send();
        }
    }

    public void OnFlushFailed(FlushFailed failed)
    {
        if (failed.Ticket == _flush)
        {
            Failure = failed.Cause.Message;
        }
    }

    public void OnReconfigure(TopicSettings settings)
    {
        _logSettings = settings.ToLogSettings();
        if (_log is not null)
        {
            _log.Settings = _logSettings;
        }
    }

    /// <summary>Gives the files back as a crash would.</summary>
    public void Abandon()
    {
        timers.Cancel(CopyTick.Instance);
        _log?.Dispose();
        _log = null;
    }

    private void Take(CopyPart part)
    {
        var log = _log!;
        if (!_hasBegun && part.From != log.Offsets.End.Value)
        {
            log.StartOver(new Offset(part.From));
        }

        _hasBegun = true;
        _logStart = Offset.Max(_logStart, new Offset(part.LogStart));
        if (part.Bytes.Length == 0)
        {
            return;
        }

        Failure = Stage(log, part);
        if (Failure is null)
        {
            log.WriteStaged();
            _progressAt = _clock.GetTimestamp();
        }
    }

    private static string? Stage(PartitionLog log, CopyPart part)
    {
        var at = part.From;
        var batches = new BatchSequence(part.Bytes, int.MaxValue);
        while (batches.MoveNext())
        {
            var batch = batches.Current;
            if (batch.BaseOffset.Value != at)
            {
                return $"the source sent offset {batch.BaseOffset} where {at} was to follow";
            }

            if (log.StageReplicated(part.Bytes.AsMemory(batches.BytesRead - batch.SizeInBytes, batch.SizeInBytes)).Verdict != AppendVerdict.Appended)
            {
                return $"the batch at offset {at} is larger than a segment of the topic; raise its segment.bytes above {batch.SizeInBytes}";
            }

            at = batch.NextOffset.Value;
        }

        return batches.Error != BatchError.None || at != part.Next
            ? $"what the source sent of offsets {part.From} to {part.Next} is damaged from {at} on: {batches.Error}"
            : null;
    }

    private void Proceed(CopyPart part)
    {
        _isFinal = part.IsFinal && part.Next == part.LogEnd;
        _firstEnd ??= part.LogEnd;
        if (part.Next >= _firstEnd)
        {
            _chasesSince ??= _clock.GetTimestamp();
        }

        _isCaughtUp = _isFinal || (!part.IsFinal && IsNear(part));
        if (!_isCaughtUp)
        {
            SendThrottled(part.Bytes.Length);
            return;
        }

        _progressAt = _clock.GetTimestamp();
        if (_isFinal || !_isSynced)
        {
            // The first time so that the flush of the whole does not fall into the time when nobody can write.
            timers.Cancel(CopyTick.Instance);
            _flush = _log!.BeginFlush();
            identity.Flusher.Tell(new RunFlush(_flush), self);
        }
        else
        {
            Send();
        }
    }

    /// <summary>What is left is about one part at most; or producers are as fast as the copy, which does not come nearer.</summary>
    private bool IsNear(CopyPart part)
    {
        var left = part.LogEnd - part.Next;
        return left == 0
            || (part.Next > part.From && (double)part.Bytes.Length / (part.Next - part.From) * left <= _settings.MovePartBytes)
            || (_chasesSince is { } since && _clock.GetElapsedTime(since) >= _settings.MoveStallTimeout / ChasesPerStall);
    }

    private void Complete()
    {
        var log = _log!;
        log.Offsets.Committed(log.Offsets.End);
        log.DeleteBefore(_logStart);
        timers.Cancel(CopyTick.Instance);
        IsComplete = true;
    }

    /// <summary>The limit holds for what was there at the beginning: a copy that stays slower than the producers never ends.</summary>
    private void SendThrottled(int bytes)
    {
        if (_chasesSince is not null)
        {
            Send();
            return;
        }

        // Time that the bytes were to take and did not. Collected, because a timer cannot wait for the moment that a small part is worth.
        _ahead += TimeSpan.FromSeconds((double)bytes / _settings.MoveBytesPerSecond) - _clock.GetElapsedTime(_sentAt);
        if (_ahead >= PauseMin)
        {
            SendAfter(_ahead);
            _ahead = TimeSpan.Zero;
        }
        else
        {
            _ahead = _ahead > TimeSpan.Zero ? _ahead : TimeSpan.Zero;
            Send();
        }
    }

    private void SendAfter(TimeSpan pause) => timers.StartSingleTimer(CopyTick.Instance, CopyTick.Instance, pause);

    private void Send()
    {
        _isAwaiting = true;
        _sentAt = _clock.GetTimestamp();
        SendAfter(_hasBegun ? _settings.MoveRequestTimeout : _patience);
        _patience = _patience * 2 < _settings.MoveRequestTimeout ? _patience * 2 : _settings.MoveRequestTimeout;
        if (identity.PartitionsPathOf(move.From) is not { } path)
        {
            _refusal = $"the address of node {move.From} is not known";
            return;
        }

        IPeerMessage request = _isCaughtUp && _isSynced && !_isFinal
            ? new HandOver(move.Number, End, _settings.MovePartBytes)
            : new FetchCopy(move.Number, End, _settings.MovePartBytes);
        system.ActorSelection($"{path}/{identity.Name}").Tell(request, self);
    }
}

/// <summary>Tick: ask, or tell, again.</summary>
internal sealed record CopyTick
{
    public static readonly CopyTick Instance = new();
}
