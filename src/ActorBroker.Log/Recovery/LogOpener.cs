using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Opens a log's folder: first looks and decides, changing nothing; then repairs what a crash may leave; then loads.</summary>
/// <remarks>The rules are in README, "Recovery".</remarks>
internal sealed class LogOpener
{
    private readonly ILogFiles _files;
    private readonly string _folder;
    private readonly LogSettings _settings;
    private readonly TimeProvider _clock;
    private readonly LogCheckpoints _checkpoints;
    private readonly EpochHistory _epochs;
    private readonly List<string> _rebuilt = [];
    private readonly List<Segment> _toIndex = [];
    private readonly List<Segment> _segments = [];
    private readonly List<string> _setAside = [];
    private FolderInventory _inventory;
    private TailScan? _scan;

    public LogOpener(ILogFiles files, string folder, LogSettings settings, TimeProvider clock)
    {
        (_files, _folder, _settings, _clock) = (files, folder, settings, clock);
        _checkpoints = new LogCheckpoints(files, folder);
        _epochs = new EpochHistory(files, folder);
        EnsureFolder();
        _inventory = FolderInventory.Read(files, folder);
    }

    /// <exception cref="LogCorruptException">Damage that no crash explains; nothing was changed.</exception>
    /// <exception cref="LogIOException">The disk refused.</exception>
    public OpenedLog Open()
    {
        try
        {
            return Inspect();
        }
        catch
        {
            foreach (var segment in _segments) segment.Dispose();
            throw;
        }
    }

    private OpenedLog Inspect()
    {
        var start = ReadStart();
        var recoveryPoint = _checkpoints.ReadRecoveryPoint(out var isDamaged);
        if (isDamaged) _rebuilt.Add(LogCheckpoints.RecoveryPointName);
        var marker = _checkpoints.ReadCleanClose();
        if (_inventory.Segments.Count == 0) return OpenWithoutSegments(start, Offset.Max(recoveryPoint, marker?.End ?? Offset.Zero));

        var isClean = marker is not null && Matches(marker);
        var hasEpochs = _epochs.TryLoad();
        if (!hasEpochs) _rebuilt.Add(EpochHistory.FileName);
        if (isClean)
        {
            TakeSegments(_inventory.Segments.Count - 1, marker!.End, _inventory.Segments[^1].SizeInBytes);
            foreach (var segment in _segments.SkipLast(1)) CheckSealed(segment);
        }
        else
        {
            Scan(recoveryPoint);
        }

        var end = _segments[^1].End;
        if (!isClean) Repair(end);
        foreach (var segment in _toIndex) segment.RebuildIndexes();
        if (isClean && !hasEpochs) CollectEpochs();
        if (!EpochCheck.Agrees(_epochs, _segments, start)) CorrectEpochs(isClean);

        return Load(start, end, isClean, hasCleanMarker: isClean);
    }

    private void EnsureFolder()
    {
        if (_files.FolderExists(_folder)) return;
        _files.CreateFolder(_folder);
        if (Path.GetDirectoryName(_folder) is { Length: > 0 } parent) _files.FlushFolder(parent);
    }

    /// <summary>The start offset; without its file, the first segment's base.</summary>
    private Offset ReadStart()
    {
        var first = _inventory.Segments.Count == 0 ? Offset.Zero : _inventory.Segments[0].BaseOffset;
        if (_checkpoints.ReadLogStart(out var isDamaged) is not { } start)
        {
            // A log that never moved its start has no file and begins at 0.
            if (isDamaged || first != Offset.Zero) _rebuilt.Add(LogCheckpoints.LogStartName);
            return first;
        }

        if (_inventory.Segments.Count > 0 && first > start)
        {
            throw new LogCorruptException(_inventory.Segments[0].Path, 0, $"the log starts at offset {start}, but its first segments are missing");
        }

        return start;
    }

    private OpenedLog OpenWithoutSegments(Offset start, Offset flushed)
    {
        if (flushed > start)
        {
            throw new LogCorruptException(_folder, 0, $"there is no segment file, but the log was flushed up to offset {flushed}");
        }

        foreach (var name in _inventory.Leftovers) _files.DeleteFile(Path.Combine(_folder, name));
        foreach (var orphan in _inventory.OrphanedIndexes) SegmentList.DeleteFiles(_files, _folder, orphan);
        _checkpoints.RemoveCleanClose();
        var first = NewSegment(start, start, 0, isNew: true);
        _ = first.Log;
        _segments.Add(first);
        _files.FlushFolder(_folder);
        return Load(start, start, isClean: true, hasCleanMarker: false);
    }

    /// <summary>Whether the last segment and its indexes are what the marker says.</summary>
    private bool Matches(CleanClose marker)
    {
        var active = _inventory.Segments[^1];
        if (marker.ActiveBase != active.BaseOffset || marker.End < active.BaseOffset || marker.LogBytes != active.SizeInBytes) return false;
        return SizeOf(active, SegmentFileName.OffsetIndex) == marker.IndexBytes && SizeOf(active, SegmentFileName.TimeIndex) == marker.TimeIndexBytes;
    }

    private long SizeOf(SegmentFile segment, string suffix)
    {
        var path = Path.Combine(_folder, SegmentFileName.Of(segment.BaseOffset, suffix));
        if (!_files.FileExists(path)) return -1;
        using var file = _files.Open(path);
        return file.Length;
    }

    /// <summary>Looks at everything from the recovery point on; what is before it need only hang together.</summary>
    private void Scan(Offset recoveryPoint)
    {
        _epochs.TruncateTo(recoveryPoint);

        // With the segment of the last flushed record: it may have been sealed since, and its indexes not flushed.
        var first = Math.Max(0, _inventory.Segments.FindLastIndex(segment => segment.BaseOffset < recoveryPoint));
        if (_epochs.Count == 0) first = 0;
        _scan = new TailScan(_files, _inventory, recoveryPoint, _epochs);
        _scan.Run(first);
        TakeSegments(_scan.LastSegment, _scan.End, _scan.Position);
        for (var i = 0; i < _segments.Count; i++)
        {
            if (i >= first)
            {
                _toIndex.Add(_segments[i]);
                _rebuilt.Add(Path.GetFileName(_segments[i].Index.File.Path));
                _rebuilt.Add(Path.GetFileName(_segments[i].Times.File.Path));
            }
            else
            {
                CheckSealed(_segments[i]);
            }
        }
    }

    private void TakeSegments(int last, Offset end, int lastSize)
    {
        for (var i = 0; i <= last; i++)
        {
            var file = _inventory.Segments[i];
            var isLast = i == last;
            var segment = NewSegment(file.BaseOffset, isLast ? end : _inventory.Segments[i + 1].BaseOffset, isLast ? lastSize : file.SizeInBytes, isNew: false);
            segment.FlushedTo(segment.SizeInBytes, withIndexes: false);
            if (!isLast) segment.TrustAsSealed();
            _segments.Add(segment);
        }
    }

    private Segment NewSegment(Offset baseOffset, Offset end, int size, bool isNew) =>
        new(_files, _folder, baseOffset, end, size, _settings.IndexIntervalBytes, _clock.GetUtcNow().ToUnixTimeMilliseconds(), isNew);

    /// <summary>A segment that was flushed: the end of its index must lead to the end of its file, else its batches are walked and the
    /// index is made again.</summary>
    private void CheckSealed(Segment segment)
    {
        if (IndexCheck.LeadsToTheEnd(_files, segment, _settings.IndexIntervalBytes)) return;
        using (var walk = segment.Walk(0, segment.BaseOffset, BatchWalk.SequentialChunkBytes))
        {
            while (walk.MoveNext())
            {
            }

            if (walk.Problem is { } problem) throw new LogCorruptException(segment.Path, walk.Position, problem);
            if (walk.NextOffset != segment.End)
            {
                throw new LogCorruptException(segment.Path, walk.Position, $"the segment ends at offset {walk.NextOffset}, the next begins at {segment.End}");
            }
        }

        _toIndex.Add(segment);
        _rebuilt.Add(Path.GetFileName(segment.Index.File.Path));
        _rebuilt.Add(Path.GetFileName(segment.Times.File.Path));
    }

    /// <summary>First changes to the disk: cuts the torn tail, puts what no longer joins on aside, clears leftovers, and makes the rest durable.</summary>
    private void Repair(Offset end)
    {
        Check.That(_scan is not null);
        _checkpoints.RemoveCleanClose();
        for (var i = _inventory.Segments.Count - 1; i > _scan.LastSegment; i--)
        {
            var baseOffset = _inventory.Segments[i].BaseOffset;
            var name = SegmentFileName.Of(baseOffset, SegmentFileName.Log);
            _files.Rename(Path.Combine(_folder, name), Path.Combine(_folder, name + SegmentFileName.CutSuffix));
            SegmentList.DeleteFiles(_files, _folder, baseOffset);
            _setAside.Add(name);
        }

        foreach (var name in _inventory.Leftovers) _files.DeleteFile(Path.Combine(_folder, name));
        foreach (var orphan in _inventory.OrphanedIndexes) SegmentList.DeleteFiles(_files, _folder, orphan);
        var last = _segments[^1];
        if (last.SizeInBytes < _inventory.Segments[_scan.LastSegment].SizeInBytes) last.Log.SetLength(last.SizeInBytes);

        // What was scanned may still be in the operating system's memory only.
        for (var i = _scan.LastSegment - _scan.SegmentsScanned + 1; i <= _scan.LastSegment; i++) _segments[i].Log.Flush();
        _files.FlushFolder(_folder);
        _epochs.TruncateTo(end);
        _epochs.Save();
        _checkpoints.RaiseRecoveryPoint(end);
    }

    /// <summary>The batches have the last word, unless they know an epoch later than the file: that was written before they were flushed, so the
    /// epoch of a batch is damaged, which no checksum covers.</summary>
    private void CorrectEpochs(bool isClean)
    {
        var (last, isLast) = (_epochs.Last, EpochCheck.IsInLog(_epochs, _segments));
        _epochs.Clear();
        CollectEpochs();
        if (isLast && _epochs.Last > last)
        {
            var (epoch, from) = _epochs[_epochs.Count - 1];
            var segment = _segments.Last(each => each.BaseOffset <= from);
            throw new LogCorruptException(
                segment.Path, segment.PositionOf(from), $"the batch at offset {from} has leader epoch {epoch}, and {EpochHistory.FileName} ends with {last}; without that file the batches are believed");
        }

        _rebuilt.Add(EpochHistory.FileName);
        if (!isClean) _epochs.Save();
    }

    private void CollectEpochs()
    {
        foreach (var segment in _segments)
        {
            using var walk = segment.Walk(0, segment.BaseOffset, BatchWalk.SequentialChunkBytes);
            while (walk.MoveNext()) _epochs.Assign(walk.Current.Epoch, walk.Current.BaseOffset);
            if (walk.Problem is { } problem) throw new LogCorruptException(segment.Path, walk.Position, problem);
        }
    }

    private OpenedLog Load(Offset start, Offset end, bool isClean, bool hasCleanMarker)
    {
        var snapshots = new SnapshotStore(_files, _folder);
        var segments = new SegmentList(_files, _folder, _clock, _segments);
        if (end < start)
        {
            // The start had moved past what survived: nothing below it counts.
            snapshots.Clear();
            segments.StartOver(start, _settings);
            end = start;
        }

        while (segments.Count > 1 && segments.First.End <= start) segments.RemoveFirst();
        _epochs.LiftStart(start);
        var producers = new ProducerTable();
        ProducerReplay.Run(segments, snapshots, producers, end, _clock, _settings, _rebuilt);

        // A snapshot of what was cut must not come back when the log has grown past it again.
        if (!isClean) _files.FlushFolder(_folder);
        var hasCut = _scan?.Reason is not null;
        var report = new RecoveryReport(
            isClean,
            hasCut ? _inventory.Segments[_scan!.LastSegment].SizeInBytes - _scan.Position : 0,
            end,
            hasCut ? _inventory.Segments[_scan!.LastSegment].Path : null,
            hasCut ? _scan!.Position : 0,
            _scan?.Reason,
            _scan?.SegmentsScanned ?? 0,
            _scan?.BytesScanned ?? 0,
            _rebuilt)
        { SetAside = _setAside };
        return new OpenedLog(segments, new LogOffsets(start, end, end), _epochs, producers, snapshots, _checkpoints, report, hasCleanMarker);
    }
}
