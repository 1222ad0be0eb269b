using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>The door to one partition's log: record batches in segment files, in Kafka's format, found by offset or by time.</summary>
/// <remarks>Owner: the partition's actor; not thread-safe, except <see cref="FlushTicket.Run"/>. After a failed change the instance
/// refuses all work with <see cref="LogIOException"/>, except reading where <see cref="HasFailedToAppend"/>: dispose it and open the
/// folder again, which recovers. What happens at opening is in README, "Recovery".</remarks>
public sealed class PartitionLog : IDisposable
{
    private readonly TimeProvider _clock;
    private readonly SegmentList _segments;
    private readonly EpochHistory _epochs;
    private readonly ProducerTable _producers;
    private readonly SnapshotStore _snapshots;
    private readonly LogCheckpoints _checkpoints;
    private readonly FlushProgress _flushes;
    private readonly LogReader _reader;
    private readonly TimestampSearch _search;
    private readonly List<StagedBatch> _staged = [];
    private Offset _stagedEnd;
    private LeaderEpoch _stagedEpoch;
    private bool _hasCleanMarker;
    private bool _isClosed;
    private volatile LogIOException? _failure;
    private bool _canBeRead;

    private PartitionLog(ILogFiles files, string folder, LogSettings settings, TimeProvider clock, OpenedLog opened)
    {
        (Folder, Settings, _clock) = (folder, settings, clock);
        (_segments, Offsets, _epochs, _producers) = (opened.Segments, opened.Offsets, opened.Epochs, opened.Producers);
        (_snapshots, _checkpoints, Recovery, _hasCleanMarker) = (opened.Snapshots, opened.Checkpoints, opened.Report, opened.HasCleanMarker);
        _flushes = new FlushProgress(files, folder, _segments, Offsets, _epochs, _checkpoints);
        _reader = new LogReader(_segments);
        _search = new TimestampSearch(_segments);
        (_stagedEnd, _stagedEpoch) = (Offsets.End, _epochs.Last);
    }

    public string Folder { get; }

    /// <summary>What opening found and repaired.</summary>
    public RecoveryReport Recovery { get; }

    public LogOffsets Offsets { get; }

    /// <summary>May be exchanged at any time; a new <see cref="LogSettings.IndexIntervalBytes"/> counts from the next segment on.</summary>
    public LogSettings Settings { get; set; }

    /// <summary>Epoch of the last batch; <see cref="LeaderEpoch.None"/> in a log that never had one.</summary>
    public LeaderEpoch LastEpoch => _epochs.Last;

    /// <summary>Size of all segments, without indexes and other side files.</summary>
    public long SizeInBytes => _segments.SizeInBytes;

    public int SegmentCount => _segments.Count;

    /// <summary>What retention looks at first: the oldest segment's largest timestamp, in milliseconds since 1970, and its size; null when it
    /// holds nothing.</summary>
    public (long NewestMs, long Bytes)? Oldest =>
        _segments.First.SizeInBytes == 0 ? null : (Retention.NewestMs(_segments.First), _segments.First.SizeInBytes);

    /// <summary>Idempotent and transactional producers that are remembered.</summary>
    public int ProducerCount => _producers.Count;

    /// <summary>First offset of the oldest open transaction; <see cref="Offset.None"/> when none is open.</summary>
    public Offset FirstOpenTransaction => _producers.FirstOpenTransaction;

    /// <summary>The disk did not take new batches, or the notes about those that it has, as when it is full. What was there before is as it was and can be read on; anything
    /// else needs the log to be opened again.</summary>
    /// <remarks>False after any other failure: a flush that failed may have lost what the operating system still shows, and a change
    /// that stopped halfway has left files that this instance does not know.</remarks>
    public bool HasFailedToAppend => _canBeRead && !_isClosed;

    /// <summary>Opens the log in a folder, which is created when missing; recovers it when it was not closed properly.</summary>
    /// <exception cref="LogCorruptException">Something that was durable is damaged or missing. Nothing was changed.</exception>
    /// <exception cref="LogIOException">The disk refused.</exception>
    public static PartitionLog Open(ILogFiles files, string folder, LogSettings settings, TimeProvider clock) =>
        new(files, folder, settings, clock, new LogOpener(files, folder, settings, clock).Open());

    /// <summary>Deletes a closed log with its folder. The folder is renamed first, so that a crash leaves it whole or gone, never half;
    /// what a crash leaves of it, <see cref="DeleteLeftovers"/> clears away.</summary>
    public static void Delete(ILogFiles files, string folder)
    {
        if (!files.FolderExists(folder)) return;
        var doomed = folder + SegmentFileName.DeletedSuffix;
        files.DeleteFolder(doomed);
        files.Rename(folder, doomed);
        if (Path.GetDirectoryName(folder) is { Length: > 0 } parent) files.FlushFolder(parent);
        files.DeleteFolder(doomed);
    }

    /// <summary>Deletes the folders under <paramref name="parent"/> whose deletion a crash interrupted; for the start of a node.</summary>
    public static void DeleteLeftovers(ILogFiles files, string parent)
    {
        foreach (var name in files.ListFolders(parent))
        {
            if (name.EndsWith(SegmentFileName.DeletedSuffix, StringComparison.Ordinal)) files.DeleteFolder(Path.Combine(parent, name));
        }
    }

    /// <summary>Produce path 4/6. Takes one batch for the next <see cref="WriteStaged"/> and gives it its offsets.</summary>
    /// <param name="batch">One whole batch that <see cref="BatchCheck"/> passed. Base offset and epoch are overwritten in place. The
    /// caller keeps the buffer alive and untouched until <see cref="WriteStaged"/> returns.</param>
    /// <param name="epoch">The leader's; not below the last one written.</param>
    /// <returns>The offsets, or why nothing will be written; a producer's duplicate gets the original offsets.</returns>
    /// <remarks>Allocates nothing, except for a producer id that is new.</remarks>
    public AppendResult Stage(Memory<byte> batch, LeaderEpoch epoch)
    {
        EnsureUsable();
        Check.That(epoch >= _stagedEpoch && epoch != LeaderEpoch.None);
        var view = View(batch.Span);
        if (batch.Length > Settings.SegmentBytes) return AppendResult.Refused(AppendVerdict.TooLargeForSegment);
        var nowMs = NowMs();
        var verdict = _producers.Judge(view, nowMs, Settings.ProducerExpiry, out var original);
        if (verdict == AppendVerdict.Duplicate) return new AppendResult(verdict, original.BaseOffset, original.LastOffset, original.Timestamp);
        if (verdict != AppendVerdict.Appended) return AppendResult.Refused(verdict);
        BatchView.Stamp(batch.Span, _stagedEnd, epoch);
        return Take(batch, view, nowMs);
    }

    /// <summary>As <see cref="Stage"/>, for a batch from the leader's log: offsets and epoch are kept, sequence numbers are the leader's
    /// business.</summary>
    /// <param name="batch">One whole batch, its CRC checked, that begins where this log ends.</param>
    public AppendResult StageReplicated(ReadOnlyMemory<byte> batch)
    {
        EnsureUsable();
        var view = View(batch.Span);
        Check.That(view.BaseOffset == _stagedEnd);
        Check.That(view.Epoch >= _stagedEpoch);
        if (batch.Length > Settings.SegmentBytes) return AppendResult.Refused(AppendVerdict.TooLargeForSegment);
        return Take(batch, view, NowMs());
    }

    /// <summary>Writes everything staged: one write per segment it goes to. Readable afterwards, durable after a flush.</summary>
    /// <exception cref="LogIOException">The disk refused. The tail is unknown: dispose and reopen.</exception>
    public void WriteStaged()
    {
        EnsureUsable();
        if (_staged.Count == 0) return;
        try
        {
            ConsumeCleanMarker();
            var activeBefore = _segments.Active.BaseOffset;
            _segments.Append(_staged, Settings);
            Check.That(_segments.Active.End == _stagedEnd);
            Offsets.AppendedTo(_stagedEnd);
            if (_segments.Active.BaseOffset != activeBefore) OnRolled();
        }
        catch (Exception failure)
        {
            _canBeRead = failure is LogIOException and not LogCorruptException && _failure is null;
            throw Failed(failure);
        }
        finally
        {
            _staged.Clear();
        }
    }

    /// <summary><see cref="Stage"/> and <see cref="WriteStaged"/>.</summary>
    public AppendResult Append(Memory<byte> batch, LeaderEpoch epoch)
    {
        var result = Stage(batch, epoch);
        WriteStaged();
        return result;
    }

    /// <summary>Reads whole batches, from the one that holds <paramref name="from"/> on; it may begin before.</summary>
    /// <param name="from">Where to read, <see cref="LogOffsets.Start"/> to <see cref="LogOffsets.End"/>.</param>
    /// <param name="end">No batch that begins here or later: high watermark, last stable offset or log end.</param>
    /// <param name="bytesMax">Bound on the answer.</param>
    /// <param name="firstBatchWhole">Return the first batch even when it alone is above the bound.</param>
    /// <returns>Data whenever there is some below <paramref name="end"/>; one answer does not go beyond the end of a segment.</returns>
    /// <exception cref="LogCorruptException">A header met on the way is not that of a batch.</exception>
    public LogRead Read(Offset from, Offset end, int bytesMax, bool firstBatchWhole)
    {
        EnsureReadable();
        Check.That(_staged.Count == 0);
        if (from < Offsets.Start || from > Offsets.End) return new LogRead(ReadOutcome.OffsetOutOfRange, null, from);
        end = Offset.Min(end, Offsets.End);
        return from >= end ? new LogRead(ReadOutcome.Ok, null, from) : _reader.Read(from, end, bytesMax, firstBatchWhole);
    }

    /// <summary>About how many bytes of batches lie from an offset on to the end of the log; never less than there are.</summary>
    /// <param name="from"><see cref="LogOffsets.Start"/> to <see cref="LogOffsets.End"/>.</param>
    public long BytesFrom(Offset from)
    {
        EnsureReadable();
        Check.That(Offsets.Start <= from && from <= Offsets.End);
        if (from == Offsets.End) return 0;
        var index = _segments.IndexOf(from);
        long bytes = _segments[index].SizeInBytes - _segments[index].PositionOf(from);
        for (var later = index + 1; later < _segments.Count; later++)
        {
            bytes += _segments[later].SizeInBytes;
        }

        return bytes;
    }

    /// <summary>The first record below <paramref name="end"/> whose timestamp is at least <paramref name="timestampMs"/>.</summary>
    public TimestampHit? FindByTimestamp(long timestampMs, Offset end)
    {
        EnsureReadable();
        Check.That(_staged.Count == 0);
        return _search.FirstFrom(timestampMs, Offsets.Start, Offset.Min(end, Offsets.End));
    }

    /// <summary>The record below <paramref name="end"/> with the largest timestamp, the first of several; null when none has one.</summary>
    public TimestampHit? FindMaxTimestamp(Offset end)
    {
        EnsureReadable();
        Check.That(_staged.Count == 0);
        return _search.Largest(Offsets.Start, Offset.Min(end, Offsets.End));
    }

    /// <summary>Where an epoch ends here: OffsetForLeaderEpoch.</summary>
    public EpochEnd EndOfEpoch(LeaderEpoch requested) => _epochs.EndOf(requested, Offsets.End);

    /// <summary>Which epoch begins at which offset, both rising; the first one not before the log's start.</summary>
    public IEnumerable<(LeaderEpoch Epoch, Offset Start)> Epochs
    {
        get
        {
            for (var i = 0; i < _epochs.Count; i++) yield return _epochs[i];
        }
    }

    /// <summary>Epoch of the batch at an offset; <see cref="LeaderEpoch.None"/> when it is not known.</summary>
    public LeaderEpoch EpochAt(Offset offset) => _epochs.At(offset);

    /// <summary>Where the batch lies that holds an offset, for messages to people.</summary>
    /// <param name="offset">From <see cref="LogOffsets.Start"/>, below <see cref="LogOffsets.End"/>.</param>
    public (string File, long Position) PlaceOf(Offset offset)
    {
        EnsureReadable();
        Check.That(Offsets.Start <= offset && offset < Offsets.End);
        var segment = _segments[_segments.IndexOf(offset)];
        return (segment.Path, segment.PositionOf(offset));
    }

    /// <summary>Forgets everything from <paramref name="end"/> on, durably. A batch that holds <paramref name="end"/> goes as a whole.</summary>
    /// <param name="end">From the high watermark to the log's end.</param>
    public void TruncateTo(Offset end)
    {
        EnsureUsable();
        Check.That(_staged.Count == 0);
        Check.That(Offsets.HighWatermark <= end && end <= Offsets.End);
        if (end == Offsets.End) return;
        Change(() =>
        {
            var segment = _segments[_segments.IndexOf(end)];
            var position = segment.PositionOf(end);
            end = end == segment.BaseOffset ? end : FirstOffsetAt(segment, position);
            Check.That(Offsets.HighWatermark <= end);
            _checkpoints.LowerRecoveryPoint(end);
            while (_segments.Active != segment) _segments.RemoveLast();
            _segments.TruncateActive(end, position);
            ForgetWhatWasCut();
            _epochs.TruncateTo(end);
            _epochs.Save();
            ProducerReplay.Run(_segments, _snapshots, _producers, end, _clock, Settings, []);
            _flushes.FlushFolder();
            Offsets.TruncatedTo(end);
            (_stagedEnd, _stagedEpoch) = (end, _epochs.Last);
        });
    }

    /// <summary>Moves the log's start up, durably, and deletes the segments that lie wholly below it.</summary>
    /// <param name="newStart">At most the high watermark. Not above the present start: no effect.</param>
    public void DeleteBefore(Offset newStart)
    {
        EnsureUsable();
        Check.That(_staged.Count == 0);
        Check.That(newStart <= Offsets.HighWatermark);
        if (newStart <= Offsets.Start) return;
        Change(() => MoveStart(newStart));
    }

    /// <summary>Deletes the oldest segments that are too old or too many.</summary>
    /// <param name="age">Since the largest timestamp of a segment; null: keep regardless of age.</param>
    /// <param name="bytes">At least this much stays; null: keep regardless of size.</param>
    /// <param name="highWatermark">Only segments wholly below it go.</param>
    /// <returns>Number of segments deleted.</returns>
    public int ApplyRetention(TimeSpan? age, long? bytes, Offset highWatermark)
    {
        EnsureUsable();
        Check.That(_staged.Count == 0);
        highWatermark = Offset.Min(highWatermark, Offsets.HighWatermark);
        var expired = Retention.CountExpired(_segments, Offsets.Start, age, bytes, highWatermark, NowMs());
        if (expired == 0) return 0;
        Change(() =>
        {
            if (expired == _segments.Count)
            {
                _segments.Roll(Settings);
                OnRolled();
            }

            var newStart = _segments[expired].BaseOffset;
            if (newStart > Offsets.Start)
            {
                MoveStart(newStart);
            }
            else
            {
                DeleteSegmentsBelowStart();
            }
        });
        return expired;
    }

    /// <summary>Deletes everything and begins again, empty, at a higher offset: for a follower that is behind the leader's start.</summary>
    public void StartOver(Offset at)
    {
        EnsureUsable();
        Check.That(_staged.Count == 0);
        Check.That(at >= Offsets.Start);
        Change(() =>
        {
            _checkpoints.LowerRecoveryPoint(Offset.Zero);
            _snapshots.Clear();
            _checkpoints.WriteLogStart(at);
            _segments.StartOver(at, Settings);
            ForgetWhatWasCut();
            _epochs.Clear();
            _epochs.Save();
            _producers.Clear();
            _flushes.FlushFolder();
            Offsets.StartedOverAt(at);
            (_stagedEnd, _stagedEpoch) = (at, LeaderEpoch.None);
        });
    }

    /// <summary>Begins a flush of everything written so far. Give <see cref="FlushTicket.Run"/> to a thread that may block, then call
    /// <see cref="CompleteFlush"/>. Several may be under way.</summary>
    public FlushTicket BeginFlush()
    {
        EnsureUsable();
        return _flushes.Begin(failure => _failure ??= failure);
    }

    /// <summary>Takes note of a flush that ran.</summary>
    /// <exception cref="LogIOException">It failed: then nothing may be believed to be durable, and the log refuses further work.</exception>
    public void CompleteFlush(FlushTicket ticket)
    {
        EnsureUsable();
        _flushes.Complete(ticket);
        if (_flushes.IsPointDue(Settings)) ChangeNotes(_flushes.WritePoint);
    }

    /// <summary>Makes everything written so far durable; blocks.</summary>
    public void Flush()
    {
        var ticket = BeginFlush();
        ticket.Run();
        CompleteFlush(ticket);
    }

    /// <summary>Flushes, leaves everything so that the next opening need not scan, and gives the files back. Not usable afterwards.</summary>
    public void Close()
    {
        EnsureUsable();
        Check.That(_staged.Count == 0);
        if (!_hasCleanMarker)
        {
            Flush();
            ChangeNotes(NoteCleanClose);
        }

        Dispose();
    }

    /// <summary>Abandons the log: gives the file handles back and nothing else, as a crash would.</summary>
    public void Dispose()
    {
        _isClosed = true;
        _segments.Dispose();
    }

    private void NoteCleanClose()
    {
        _segments.Active.FlushIndexes();
        _flushes.WritePoint();
        _producers.Expire(NowMs(), Settings.ProducerExpiry);
        _snapshots.WriteDurably(_producers, Offsets.End);
        var active = _segments.Active;
        _checkpoints.WriteCleanClose(new CleanClose(Offsets.End, active.BaseOffset, active.SizeInBytes, active.Index.SizeInBytes, active.Times.SizeInBytes));
    }

    private static BatchView View(ReadOnlySpan<byte> batch)
    {
        var error = BatchView.ReadHeader(batch, int.MaxValue, out var view);
        Check.That(error == BatchError.None);
        Check.That(view.SizeInBytes == batch.Length);
        return view;
    }

    private static Offset FirstOffsetAt(Segment segment, int position)
    {
        using var walk = segment.Walk(position, Offset.None, BatchView.HeaderBytes);
        return walk.MoveNext() ? walk.Current.BaseOffset : throw new LogCorruptException(segment.Path, position, walk.Problem ?? "a batch is missing");
    }

    private AppendResult Take(ReadOnlyMemory<byte> batch, BatchView view, long nowMs)
    {
        Check.That(view.BaseOffset == _stagedEnd);
        _producers.Note(view, nowMs, Settings);
        _epochs.Assign(view.Epoch, view.BaseOffset);
        var staged = new StagedBatch(batch, view.BaseOffset, view.LastOffset, view.MaxTimestamp);
        _staged.Add(staged);
        (_stagedEnd, _stagedEpoch) = (staged.NextOffset, view.Epoch);
        return new AppendResult(AppendVerdict.Appended, staged.BaseOffset, staged.LastOffset, staged.MaxTimestamp);
    }

    private void MoveStart(Offset newStart)
    {
        _checkpoints.WriteLogStart(newStart);
        Offsets.StartMovedTo(newStart);
        _epochs.LiftStart(newStart);
        DeleteSegmentsBelowStart();
    }

    private void DeleteSegmentsBelowStart()
    {
        while (_segments.Count > 1 && _segments.First.End <= Offsets.Start) _segments.RemoveFirst();
        _reader.Forget();
    }

    /// <summary>Saves the producers so that recovery need not go back further. As of the log's end and not of the new segment's base:
    /// the table already knows all that was staged, and a snapshot must not tell of batches behind its offset.</summary>
    private void OnRolled()
    {
        Check.That(_stagedEnd == Offsets.End);
        _flushes.Rolled();
        _producers.Expire(NowMs(), Settings.ProducerExpiry);
        _snapshots.Write(_producers, Offsets.End);
    }

    private void ForgetWhatWasCut()
    {
        _flushes.Forget();
        _reader.Forget();
    }

    private void ConsumeCleanMarker()
    {
        if (!_hasCleanMarker) return;
        _checkpoints.RemoveCleanClose();
        _hasCleanMarker = false;
    }

    /// <summary>Runs a change to the disk; when it fails, its state is unknown and this instance is done.</summary>
    private void Change(Action change)
    {
        try
        {
            ConsumeCleanMarker();
            change();
        }
        catch (Exception failure)
        {
            throw Failed(failure);
        }
    }

    /// <summary>As <see cref="Change"/>, for what only spares the next opening work: where the disk refuses that, the batches are as they were.</summary>
    private void ChangeNotes(Action change)
    {
        try
        {
            Change(change);
        }
        catch (LogIOException failure)
        {
            _canBeRead = ReferenceEquals(_failure, failure) && failure is not LogCorruptException;
            throw;
        }
    }

    private Exception Failed(Exception failure)
    {
        _failure ??= failure as LogIOException ?? new LogIOException($"{Folder}: a change stopped halfway: {failure.Message}", Folder, failure);
        return failure;
    }

    private void EnsureUsable()
    {
        ObjectDisposedException.ThrowIf(_isClosed, this);
        if (_failure is { } failure)
        {
            throw new LogIOException($"{Folder}: refuses further work until it is reopened, because of: {failure.Message}", Folder, failure);
        }
    }

    private void EnsureReadable()
    {
        if (!HasFailedToAppend) EnsureUsable();
    }

    private long NowMs() => _clock.GetUtcNow().ToUnixTimeMilliseconds();
}
