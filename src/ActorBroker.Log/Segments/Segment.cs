using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>One file of batches, back to back in Kafka's format, with its two sparse indexes. Only the last segment of a log grows.</summary>
/// <remarks>Owner: the log. Files are opened when first used and may be closed at any time between uses.</remarks>
internal sealed class Segment : IDisposable
{
    private readonly ILogFiles _files;
    private readonly int _indexIntervalBytes;
    private SharedFile? _log;
    private bool _isNew;
    private bool _knowsTimes;
    private bool _checkedTimeIndex;
    private bool _timesMayBeIncomplete;
    private long? _firstTimestamp;
    private long _maxTimestamp = -1;
    private Offset _maxTimestampUpTo = Offset.None;
    private long _bytesSinceEntry;
    private bool _hasFlushedIndexes;

    /// <param name="baseOffset">Offset of the first record; the files' name.</param>
    /// <param name="end">Offset after the last record.</param>
    /// <param name="sizeInBytes">Bytes of the log file that count.</param>
    /// <param name="openedAtMs">The clock's time; stands in for the age of a segment whose records have no timestamps.</param>
    /// <param name="indexIntervalBytes">Bytes of log between two index entries.</param>
    /// <param name="isNew">No file of this segment counts: they are created, over whatever is there.</param>
    public Segment(ILogFiles files, string folder, Offset baseOffset, Offset end, int sizeInBytes, int indexIntervalBytes, long openedAtMs, bool isNew)
    {
        Check.That(baseOffset <= end);
        Check.That(sizeInBytes >= 0);
        _files = files;
        _isNew = isNew;
        _knowsTimes = isNew;
        _indexIntervalBytes = indexIntervalBytes;
        (BaseOffset, End, SizeInBytes, OpenedAtMs) = (baseOffset, end, sizeInBytes, openedAtMs);
        Path = System.IO.Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.Log));
        Index = new OffsetIndex(files, System.IO.Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.OffsetIndex)), baseOffset, isNew);
        Times = new TimeIndex(files, System.IO.Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.TimeIndex)), baseOffset, isNew);
    }

    public string Path { get; }

    public Offset BaseOffset { get; }

    /// <summary>Offset after the last record: the base offset of the next segment.</summary>
    public Offset End { get; private set; }

    public int SizeInBytes { get; private set; }

    public long OpenedAtMs { get; }

    /// <summary>Bytes known to be on the disk.</summary>
    public int FlushedBytes { get; private set; }

    /// <summary>True when something was written that is not known to be on the disk; such a segment keeps its files open.</summary>
    public bool IsDirty => FlushedBytes < SizeInBytes || (IsSealed && !_hasFlushedIndexes);

    /// <summary>True when no more batches will come, and both indexes are complete and in their files.</summary>
    public bool IsSealed { get; private set; }

    public OffsetIndex Index { get; private set; }

    public TimeIndex Times { get; private set; }

    /// <summary>Largest timestamp of all records, −1 when none has one.</summary>
    public long MaxTimestamp
    {
        get
        {
            LearnTimes();
            return _maxTimestamp;
        }
    }

    /// <summary>Last offset of the batch that brought <see cref="MaxTimestamp"/>.</summary>
    public Offset MaxTimestampUpTo
    {
        get
        {
            LearnTimes();
            return _maxTimestampUpTo;
        }
    }

    public bool HasOpenFiles => _log is not null;

    public ILogFile Log
    {
        get
        {
            if (_log is null)
            {
                _log = new SharedFile(_files.Open(Path));
                if (_isNew && _log.File.Length > 0) _log.File.SetLength(0);
                _isNew = false;
            }

            return _log.File;
        }
    }

    /// <summary>Whether <paramref name="batch"/> must go to a new segment. Kafka's rules: size, age by the records' own time where they
    /// have one, full index, an offset too far from the base.</summary>
    /// <param name="batch">The next batch.</param>
    /// <param name="waiting">Batches that are already meant for this segment but not written, and their size.</param>
    public bool MustRollBefore(in StagedBatch batch, ReadOnlySpan<StagedBatch> waiting, long waitingBytes, LogSettings settings, long nowMs)
    {
        var size = SizeInBytes + waitingBytes;
        if (size == 0) return false;
        if (size + batch.Bytes.Length > settings.SegmentBytes) return true;
        if (batch.LastOffset - BaseOffset > int.MaxValue) return true;
        if ((Index.Count + waiting.Length + 1L) * OffsetIndex.EntryBytes > settings.IndexBytesMax) return true;

        // One entry more is kept free for the one that sealing adds.
        if ((Times.Count + waiting.Length + 2L) * TimeIndex.EntryBytes > settings.IndexBytesMax) return true;
        var first = SizeInBytes > 0 ? FirstTimestamp() : waiting[0].MaxTimestamp;
        var age = first >= 0 && batch.MaxTimestamp >= 0 ? batch.MaxTimestamp - first : nowMs - OpenedAtMs;
        return age > settings.SegmentAge.TotalMilliseconds;
    }

    /// <summary>Produce path 5/6. Writes whole batches at the end: one write, then sparse index entries.</summary>
    /// <param name="batches">In offset order, the first at <see cref="End"/>.</param>
    /// <param name="buffers">Their bytes; a list because the disk takes them all at once.</param>
    /// <exception cref="LogIOException">The disk refused. What is behind the old end of the file is unknown.</exception>
    public void Append(ReadOnlySpan<StagedBatch> batches, List<ReadOnlyMemory<byte>> buffers)
    {
        Check.That(batches.Length > 0 && batches.Length == buffers.Count);
        Check.That(batches[0].BaseOffset == End);
        Check.That(!IsSealed);
        LearnTimes();
        if (buffers.Count == 1)
        {
            Log.Write(buffers[0].Span, SizeInBytes);
        }
        else
        {
            Log.Write(buffers, SizeInBytes);
        }

        foreach (ref readonly var batch in batches)
        {
            Note(SizeInBytes, batch.Bytes.Length, batch.LastOffset, batch.MaxTimestamp);
            SizeInBytes = checked(SizeInBytes + batch.Bytes.Length);
            End = batch.NextOffset;
        }
    }

    /// <summary>Reads exactly <paramref name="buffer"/>.Length bytes, which must be there.</summary>
    public void Read(Span<byte> buffer, int position)
    {
        Check.That(position >= 0 && buffer.Length <= SizeInBytes - position);
        var read = Log.Read(buffer, position);
        if (read < buffer.Length)
        {
            throw new LogCorruptException(Path, position + read, $"the file ends here, but {SizeInBytes} bytes were written to it");
        }
    }

    /// <summary>A walk over batches from a position on, up to the end of the segment.</summary>
    public BatchWalk Walk(int position, Offset expected, int chunkBytes) => new(Log, position, SizeInBytes, expected, chunkBytes);

    /// <summary>Position of the batch that holds <paramref name="target"/>: index, then a walk over a few headers.</summary>
    /// <exception cref="LogCorruptException">The walk met something that is not a batch.</exception>
    public int PositionOf(Offset target)
    {
        Check.That(BaseOffset <= target && target < End);
        if (target == BaseOffset) return 0;
        if (TryWalkFromIndex(target, out var position)) return position;

        // The index does not lead to a batch: it is damaged, and made again from the log, which has the last word.
        RebuildIndexes();
        using var walk = Walk(0, BaseOffset, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext())
        {
            if (target < walk.NextOffset) return walk.Position;
        }

        throw new LogCorruptException(Path, walk.Position, walk.Problem ?? $"offset {target} is missing");
    }

    /// <summary>Makes both indexes again by walking over all batch headers.</summary>
    /// <exception cref="LogCorruptException">The walk met something that is not a batch.</exception>
    public void RebuildIndexes()
    {
        Index.Dispose();
        Times.Dispose();
        Index = new OffsetIndex(_files, Index.File.Path, BaseOffset, isNew: true);
        Times = new TimeIndex(_files, Times.File.Path, BaseOffset, isNew: true);
        (_maxTimestamp, _maxTimestampUpTo, _bytesSinceEntry) = (-1, Offset.None, 0);
        (_knowsTimes, _checkedTimeIndex, _timesMayBeIncomplete) = (true, true, false);
        using var walk = Walk(0, BaseOffset, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext())
        {
            var batch = walk.Current;
            if (batch.LastOffset >= End)
            {
                throw new LogCorruptException(Path, walk.Position, $"the batch covers {batch.BaseOffset}..{batch.LastOffset}, and the segment ends at offset {End}");
            }

            Note(walk.Position, batch.SizeInBytes, batch.LastOffset, batch.MaxTimestamp);
        }

        if (walk.Problem is { } problem) throw new LogCorruptException(Path, walk.Position, problem);

        // A sealed segment is not scanned after a crash, so its indexes must not be lost.
        if (IsSealed) FlushIndexes();
    }

    /// <summary>First offset that may hold a record of that time; makes the indexes again when the time index cannot be right.</summary>
    public Offset FirstCandidate(long timestamp)
    {
        if (!_checkedTimeIndex)
        {
            _checkedTimeIndex = true;
            if (!Times.IsSane(End)) RebuildIndexes();
        }

        return Times.FirstCandidate(timestamp);
    }

    /// <summary>No more batches: adds the final time entry and puts both indexes into their files.</summary>
    public void Seal()
    {
        FinishIndexes();
        IsSealed = true;
    }

    /// <summary>Adds the final time entry, so that the largest timestamp can be read from the index, and writes what waits.</summary>
    public void FinishIndexes()
    {
        if (MaxTimestamp >= 0) Times.Add(MaxTimestamp, MaxTimestampUpTo);
        Index.File.Spill();
        Times.File.Spill();
    }

    /// <summary>As <see cref="FinishIndexes"/>, and durable: what a clean close promises.</summary>
    public void FlushIndexes()
    {
        FinishIndexes();
        Index.File.Flush();
        Times.File.Flush();
        _hasFlushedIndexes = true;
    }

    /// <summary>The segment was sealed in an earlier life of the log.</summary>
    public void TrustAsSealed() => (IsSealed, _hasFlushedIndexes) = (true, true);

    /// <summary>The segment is the log's last again, after what followed was truncated.</summary>
    public void Unseal() => (IsSealed, _hasFlushedIndexes) = (false, false);

    /// <summary>Cuts the segment at a batch border and makes that durable before anything can be appended.</summary>
    /// <remarks>Durable at once, because otherwise the old bytes could come back under new ones after a power loss.</remarks>
    public void TruncateTo(Offset end, int position)
    {
        Check.That(BaseOffset <= end && end <= End);
        Check.That(position >= 0 && position <= SizeInBytes);
        Log.SetLength(position);
        Log.Flush();
        Index.TruncateTo(end);
        Times.TruncateTo(end);
        (SizeInBytes, End, FlushedBytes) = (position, end, position);
        (_firstTimestamp, _knowsTimes, _timesMayBeIncomplete, _bytesSinceEntry) = (null, false, true, 0);
        Unseal();
    }

    /// <summary>For a flush on another thread; the taker gives it back.</summary>
    public SharedFile ShareLog()
    {
        _ = Log;
        Check.That(_log is not null);
        return _log.Share();
    }

    /// <param name="bytes">So much of the log file is on the disk.</param>
    /// <param name="withIndexes">So are both indexes of this segment, which was sealed before the flush began.</param>
    public void FlushedTo(int bytes, bool withIndexes)
    {
        Check.AtMost(bytes, SizeInBytes);
        FlushedBytes = Math.Max(FlushedBytes, bytes);
        _hasFlushedIndexes |= withIndexes && IsSealed;
    }

    /// <summary>Gives file handles back until they are needed again.</summary>
    public void CloseFiles()
    {
        Check.That(!IsDirty);
        Index.File.CloseFile();
        Times.File.CloseFile();
        _log?.Release();
        _log = null;
    }

    public void Dispose()
    {
        Index.Dispose();
        Times.Dispose();
        _log?.Release();
        _log = null;
    }

    private bool TryWalkFromIndex(Offset target, out int position)
    {
        position = 0;
        var expected = BaseOffset;
        if (Index.TryFloor(target, out var entryOffset, out position))
        {
            if (entryOffset < BaseOffset || position < 0 || position >= SizeInBytes) return false;
            expected = Offset.None;
        }

        using var walk = Walk(position, expected, BatchWalk.NearbyChunkBytes);
        var isFirst = entryOffset != Offset.None;
        while (walk.MoveNext())
        {
            if (isFirst && walk.Current.LastOffset != entryOffset) return false;
            isFirst = false;
            position = walk.Position;
            if (target < walk.NextOffset) return true;
        }

        return false;
    }

    private void Note(int position, int batchBytes, Offset lastOffset, long maxTimestamp)
    {
        if (position == 0) _firstTimestamp = maxTimestamp;
        if (maxTimestamp > _maxTimestamp) (_maxTimestamp, _maxTimestampUpTo) = (maxTimestamp, lastOffset);
        if (_bytesSinceEntry > _indexIntervalBytes)
        {
            Index.Add(lastOffset, position);
            if (_maxTimestamp >= 0) Times.Add(_maxTimestamp, _maxTimestampUpTo);
            _bytesSinceEntry = 0;
        }

        _bytesSinceEntry += batchBytes;
    }

    private long FirstTimestamp()
    {
        Check.That(SizeInBytes > 0);
        if (_firstTimestamp is { } known) return known;
        using var walk = Walk(0, BaseOffset, BatchView.HeaderBytes);
        if (!walk.MoveNext()) throw new LogCorruptException(Path, walk.Position, walk.Problem ?? "the first batch is missing");
        _firstTimestamp = walk.Current.MaxTimestamp;
        return walk.Current.MaxTimestamp;
    }

    /// <summary>The largest timestamp stands in the time index's last entry: sealing and closing put it there.</summary>
    private void LearnTimes()
    {
        if (_knowsTimes) return;
        _knowsTimes = true;
        (_maxTimestamp, _maxTimestampUpTo) = Times.Count == 0 ? (-1, Offset.None) : Times[Times.Count - 1];
        if (SizeInBytes == 0) return;
        var from = 0;
        if (Times.Count > 0 && !TryFindMaxTimestamp(out from))
        {
            RebuildIndexes();
            return;
        }

        if (!_timesMayBeIncomplete) return;
        using var walk = Walk(from, from == 0 ? BaseOffset : Offset.None, BatchWalk.SequentialChunkBytes);
        while (walk.MoveNext())
        {
            var batch = walk.Current;
            if (batch.MaxTimestamp > _maxTimestamp) (_maxTimestamp, _maxTimestampUpTo) = (batch.MaxTimestamp, batch.LastOffset);
        }

        _timesMayBeIncomplete = false;
    }

    /// <summary>Whether the batch that the time index names last is there and has that time.</summary>
    private bool TryFindMaxTimestamp(out int position)
    {
        position = 0;
        if (_maxTimestampUpTo < BaseOffset || _maxTimestampUpTo >= End) return false;
        if (!TryWalkFromIndex(_maxTimestampUpTo, out position)) return false;
        using var walk = Walk(position, Offset.None, BatchView.HeaderBytes);
        return walk.MoveNext() && walk.Current.LastOffset == _maxTimestampUpTo && walk.Current.MaxTimestamp == _maxTimestamp;
    }
}
