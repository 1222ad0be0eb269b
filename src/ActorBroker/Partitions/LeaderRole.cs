using ActorBroker.Controller;
using ActorBroker.Log;
using ActorBroker.Messages;
using Akka.Actor;

namespace ActorBroker.Partitions;

/// <summary>What a replica does while it leads: takes appends, serves fetches, moves the high watermark.</summary>
/// <remarks>Owner and only caller: its <see cref="PartitionActor"/>, which fences on <see cref="LogIOException"/>.</remarks>
internal sealed class LeaderRole(
    PartitionLog log, LeaderEpoch epoch, PartitionIdentity identity, TopicSettings topic, IActorRef self, ITimerScheduler timers)
{
    private readonly List<BatchLease> _collected = [];
    private readonly PendingAcks _acks = new();
    private readonly ParkedFetches _parked = new();
    private readonly HungryFetches _hungry = new(self);
    private readonly PartitionSettings _settings = identity.Settings;
    private TopicSettings _topic = topic;
    private int _collectedBytes;
    private bool _flushRuns;
    private bool _flushTickSet;
    private bool _isStopped;
    private int _segmentsAtLastFlush = log.SegmentCount;

    /// <summary>Begins to lead: all that recovery found is committed, since this replica is the only voter.</summary>
    public void Start()
    {
        if (_topic.FlushPolicy == FlushPolicy.BeforeAck)
        {
            log.Flush();
        }

        Advance();
    }

    /// <summary>No append is taken, and none that was taken waits for the disk.</summary>
    public bool IsSettled => _isStopped && !_flushRuns && _collected.Count == 0 && log.Offsets.Flushed == log.Offsets.End;

    /// <summary>The disk took no more records; those that are committed can be read.</summary>
    public bool HasFailedToAppend => log.HasFailedToAppend;

    /// <summary>Nobody waits for anything, and no disk is at work.</summary>
    public bool IsIdle => !_isStopped && !_flushRuns && _collected.Count == 0 && _acks.Count == 0 && _parked.Count == 0;

    private Offset Durable => _topic.FlushPolicy == FlushPolicy.BeforeAck ? log.Offsets.Flushed : log.Offsets.End;

    /// <summary>Collects the appends that already wait, so that one write and one flush serve them all.</summary>
    public void OnAppend(Append command, IActorRef producer)
    {
        if (Refusal(command) is { } error)
        {
            command.Batch.Dispose();
            Refuse(command, error, producer);
            return;
        }

        long logAppendTime = -1;
        if (_topic.LogAppendTime)
        {
            logAppendTime = identity.Storage.Clock.GetUtcNow().ToUnixTimeMilliseconds();
            BatchView.StampLogAppendTime(command.Batch.Bytes.Span, logAppendTime);
        }

        var result = Stage(command, producer);
        switch (result.Verdict)
        {
            case AppendVerdict.Appended:
                _acks.Add(producer, command.Id, result.BaseOffset, result.LastOffset + 1, logAppendTime);
                Collect(command.Batch);
                break;
            case AppendVerdict.Duplicate:
                command.Batch.Dispose();
                _acks.Add(producer, command.Id, result.BaseOffset, result.LastOffset + 1, _topic.LogAppendTime ? result.Timestamp : -1);
                AnswerIfNothingCollected();
                break;
            default:
                command.Batch.Dispose();
                Refuse(command, AppendErrors.Of(result.Verdict), producer);
                break;
        }
    }

    private AppendResult Stage(Append command, IActorRef producer)
    {
        try
        {
            return log.Stage(command.Batch.Bytes, epoch);
        }
        catch (LogIOException)
        {
            // A flush has failed meanwhile, and the partition is about to hear of it.
            command.Batch.Dispose();
            Refuse(command, AppendError.DiskFailed, producer);
            throw;
        }
    }

    /// <summary>Writes all that was collected, with one system call a segment, and answers or flushes.</summary>
    public void WriteCollected()
    {
        if (_collected.Count == 0)
        {
            return;
        }

        log.WriteStaged();
        foreach (var batch in _collected)
        {
            batch.Dispose();
        }

        _collected.Clear();
        _collectedBytes = 0;
        AfterWrite();
    }

    public void OnFetch(Fetch command, IActorRef consumer)
    {
        if (EpochError(command.CurrentEpoch) is { } error)
        {
            Refuse(command.Id, error, consumer);
            return;
        }

        var available = Available(command);
        if (command.BytesMax == 0 || IsEnough(command, available))
        {
            Answer(command, consumer);
        }
        else if (TryPark(command, consumer))
        {
            consumer.Tell(new FetchParked(command.Id, available), self);
        }
    }

    public void OnCompleteFetch(CompleteFetch command, IActorRef consumer)
    {
        if (_parked.Remove(consumer, command.Id) is { } fetch)
        {
            Answer(command.BytesMax < fetch.BytesMax ? fetch with { BytesMax = command.BytesMax } : fetch, consumer);
        }
    }

    public void OnAbandonFetch(AbandonFetch command, IActorRef consumer) => _parked.Remove(consumer, command.Id);

    /// <summary>There is memory again for fetches that wait for it.</summary>
    public void OnRoomFree()
    {
        while (_hungry.TryPeek(out var consumer, out var id))
        {
            if (_parked.Find(consumer, id) is { } fetch && !TryAnswer(fetch, consumer, isFirst: true))
            {
                _hungry.WaitAgain();
                return;
            }

            _parked.Remove(consumer, id);
            _hungry.Dequeue();
        }
    }

    public void OnFindOffset(FindOffset command, IActorRef client)
    {
        if (EpochError(command.CurrentEpoch) is { } error)
        {
            Refuse(command.Id, error, client);
            return;
        }

        WriteCollected();
        client.Tell(OffsetAnswers.Find(command, log, epoch), self);
    }

    public void OnFindEpochEnd(FindEpochEnd command, IActorRef client)
    {
        if (EpochError(command.CurrentEpoch) is { } error)
        {
            Refuse(command.Id, error, client);
            return;
        }

        WriteCollected();
        client.Tell(OffsetAnswers.Find(command, log, epoch), self);
    }

    public void OnDeleteRecords(DeleteRecords command, IActorRef client)
    {
        if (_isStopped)
        {
            Refuse(command.Id, FetchError.NotLeader, client);
            return;
        }

        WriteCollected();
        var before = command.Before == Offset.None ? log.Offsets.HighWatermark : command.Before;
        if (before > log.Offsets.HighWatermark || before < Offset.Zero)
        {
            Refuse(command.Id, FetchError.OffsetOutOfRange, client);
            return;
        }

        if (before > log.Offsets.Start)
        {
            log.DeleteBefore(before);
        }

        client.Tell(new RecordsDeleted(command.Id, log.Offsets.Start), self);
    }

    public void OnApplyRetention()
    {
        WriteCollected();
        if (!_isStopped && (_topic.RetentionAge is not null || _topic.RetentionBytes is not null))
        {
            log.ApplyRetention(_topic.RetentionAge, _topic.RetentionBytes, log.Offsets.HighWatermark);
        }
    }

    public void OnReconfigure(TopicSettings settings)
    {
        WriteCollected();
        _topic = settings;
        log.Settings = settings.ToLogSettings();
        Advance();
    }

    public void OnFlushTick()
    {
        _flushTickSet = false;
        StartFlush();
    }

    public void OnFlushed(FlushTicket ticket)
    {
        _flushRuns = false;
        log.CompleteFlush(ticket);
        Advance();
        if (_isStopped)
        {
            StartFlush();
        }
        else
        {
            FlushForAcks();
        }
    }

    /// <summary>Takes no more appends until <see cref="ResumeAppends"/>, nor anything else that changes the log, and makes all that it took
    /// durable. Readers are served as before.</summary>
    public void StopAppends()
    {
        _isStopped = true;
        WriteCollected();
        StartFlush();
    }

    public void ResumeAppends() => _isStopped = false;

    /// <summary>Answers who waits for data with what there is, so that nobody waits for a term that is over.</summary>
    public void AnswerParked()
    {
        foreach (var (consumer, fetch) in _parked.All())
        {
            if (!TryAnswer(fetch, consumer))
            {
                TryAnswer(fetch with { BytesMax = 0 }, consumer);
            }
        }

        _parked.Clear();
        _hungry.Clear();
    }

    /// <summary>Writes what waits, flushes and marks the log as clean. Producers that wait are answered.</summary>
    public SleepingLog Close()
    {
        WriteCollected();
        log.Flush();
        Advance();
        AnswerParked();
        var closed = SleepingLog.Of(log, epoch);
        log.Close();
        return closed;
    }

    /// <summary>Leaves the log as a crash would and tells all who wait that they wait in vain.</summary>
    public void Abandon(AppendError appendError, FetchError fetchError)
    {
        RefuseAppends(appendError);
        foreach (var (consumer, fetch) in _parked.All())
        {
            consumer.Tell(new FetchRefused(fetch.Id, fetchError, Offset.None, Offset.None), self);
        }

        _parked.Clear();
        _hungry.Clear();
        log.Dispose();
    }

    /// <summary>Tells all whose batches are not acknowledged yet that they will not be.</summary>
    public void RefuseAppends(AppendError error)
    {
        foreach (var batch in _collected)
        {
            batch.Dispose();
        }

        _collected.Clear();
        _acks.RefuseAll(error, self);
    }

    private AppendError? Refusal(Append command) =>
        _isStopped ? AppendError.NotLeader
        : _collected.Count + _acks.Count >= _settings.AppendsPendingMax ? AppendError.Overloaded
        : _topic.InSyncMin > 1 && command.Acks == Acks.All ? AppendError.TooFewInSync
        : null;

    private void Collect(BatchLease batch)
    {
        _collected.Add(batch);
        _collectedBytes += batch.Length;
        if (_collectedBytes >= _settings.WriteBytesMax)
        {
            WriteCollected();
        }
        else if (_collected.Count == 1)
        {
            self.Tell(DrainTick.Instance, self);    // lands behind all that waits now
        }
    }

    private void AnswerIfNothingCollected()
    {
        if (_collected.Count == 0)
        {
            Advance();
            FlushForAcks();
        }
    }

    private void FlushForAcks()
    {
        if (_topic.FlushPolicy == FlushPolicy.BeforeAck && _acks.Count > 0)
        {
            StartFlush();
        }
    }

    private void AfterWrite()
    {
        if (_topic.FlushPolicy == FlushPolicy.BeforeAck || log.SegmentCount != _segmentsAtLastFlush)
        {
            StartFlush();
        }
        else if (_topic.FlushPolicy == FlushPolicy.Interval && !_flushTickSet)
        {
            _flushTickSet = true;
            timers.StartSingleTimer(FlushTick.Instance, FlushTick.Instance, _topic.FlushInterval);
        }

        Advance();
    }

    private void StartFlush()
    {
        if (_flushRuns || log.Offsets.Flushed == log.Offsets.End)
        {
            return;
        }

        _flushRuns = true;
        _segmentsAtLastFlush = log.SegmentCount;
        identity.Flusher.Tell(new RunFlush(log.BeginFlush()), self);
    }

    /// <summary>One replica is its own majority: what it holds as durably as the topic asks for is committed.</summary>
    private void Advance()
    {
        if (Durable > log.Offsets.HighWatermark)
        {
            log.Offsets.Committed(Durable);
        }

        _acks.Release(Durable, log.Offsets.Start, self);
        if (_parked.Count > 0)
        {
            WakeParked();
        }
    }

    private void WakeParked()
    {
        foreach (var (consumer, fetch) in _parked.All())
        {
            var available = Available(fetch);
            if (_hungry.Contains(consumer, fetch.Id))
            {
                continue;
            }

            if (IsEnough(fetch, available))
            {
                Answer(fetch, consumer);
            }
            else if (available > 0)
            {
                consumer.Tell(new FetchParked(fetch.Id, available), self);
            }
        }
    }

    /// <summary>Bytes that could be read now, as far as the fetch wants to know: most are content with any.</summary>
    private long Available(Fetch fetch) =>
        fetch.From >= log.Offsets.HighWatermark ? 0
        : fetch.BytesMin <= 1 ? 1
        : fetch.From < log.Offsets.Start ? 0
        : log.BytesFrom(fetch.From);

    private bool IsOutOfRange(Offset from) => from < log.Offsets.Start || from > log.Offsets.End;

    private bool IsEnough(Fetch fetch, long available) =>
        (available >= fetch.BytesMin && !fetch.WaitsForCompletion) || IsOutOfRange(fetch.From);

    private bool TryPark(Fetch fetch, IActorRef consumer)
    {
        if (_parked.Count >= _settings.ParkedFetchesMax && _parked.Find(consumer, fetch.Id) is null)
        {
            Refuse(fetch.Id, FetchError.Overloaded, consumer);
            return false;
        }

        _parked.Add(consumer, fetch);
        return true;
    }

    /// <summary>Answers, or parks the fetch until there is memory to read what it asks for. One that is parked already stays so until it is
    /// answered: should the disk refuse, it is told with the others.</summary>
    private void Answer(Fetch fetch, IActorRef consumer)
    {
        if (TryAnswer(fetch, consumer))
        {
            _parked.Remove(consumer, fetch.Id);
        }
        else if (TryPark(fetch, consumer))
        {
            consumer.Tell(new FetchParked(fetch.Id, 0, IsShortOfMemory: true), self);
            _hungry.Add(fetch.Memory!.Limit, consumer, fetch.Id);
        }
    }

    /// <returns>False when there is no memory for what it asks for.</returns>
    private bool TryAnswer(Fetch fetch, IActorRef consumer, bool isFirst = false)
    {
        WriteCollected();
        if (IsOutOfRange(fetch.From))
        {
            Refuse(fetch.Id, FetchError.OffsetOutOfRange, consumer);
            return true;
        }

        var bytesMax = fetch.From < log.Offsets.HighWatermark ? fetch.BytesMax : 0;
        if (bytesMax > 0 && fetch.Memory is { } memory)
        {
            bytesMax = _hungry.Take(memory, bytesMax, isFirst);
            if (bytesMax == 0)
            {
                return false;
            }
        }

        var (batches, next) = bytesMax == 0 ? (null, fetch.From) : Read(fetch, bytesMax);
        consumer.Tell(
            new Fetched(fetch.Id, batches, next, log.Offsets.HighWatermark, log.Offsets.Start) { BytesTaken = fetch.Memory is null ? 0 : batches?.Length ?? 0 }, self);
        return true;
    }

    private (BatchLease? Batches, Offset Next) Read(Fetch fetch, int bytesMax)
    {
        var bytes = 0;
        try
        {
            var read = log.Read(fetch.From, log.Offsets.HighWatermark, bytesMax, firstBatchWhole: true);
            bytes = read.Batches?.Length ?? 0;
            return (read.Batches, read.Next);
        }
        finally
        {
            fetch.Memory?.Adjust(bytesMax, bytes);
        }
    }

    private FetchError? EpochError(LeaderEpoch believed) =>
        believed == LeaderEpoch.None || believed == epoch ? null
        : believed < epoch ? FetchError.FencedLeaderEpoch
        : FetchError.UnknownLeaderEpoch;

    private void Refuse(Append command, AppendError error, IActorRef producer) =>
        producer.Tell(new AppendRefused(command.Id, error, log.Offsets.Start), self);

    private void Refuse(RequestId id, FetchError error, IActorRef client) =>
        client.Tell(new FetchRefused(id, error, log.Offsets.HighWatermark, log.Offsets.Start), self);
}
