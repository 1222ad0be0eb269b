using System.Runtime.InteropServices;
using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>The segments of one log in offset order, without gaps; at least one, and only the last one grows.</summary>
internal sealed class SegmentList : IDisposable
{
    /// <summary>Segments other than the last that keep their files open: enough for a few consumers that catch up at different
    /// places, so that a log costs a bounded number of handles.</summary>
    private const int OpenForReadingMax = 4;

    private readonly ILogFiles _files;
    private readonly string _folder;
    private readonly TimeProvider _clock;
    private readonly List<Segment> _segments;
    private readonly List<Segment> _openForReading = new(OpenForReadingMax + 1);
    private readonly List<ReadOnlyMemory<byte>> _buffers = [];

    public SegmentList(ILogFiles files, string folder, TimeProvider clock, IReadOnlyCollection<Segment> segments)
    {
        Check.That(segments.Count > 0);
        (_files, _folder, _clock) = (files, folder, clock);
        _segments = [.. segments];
        foreach (var segment in _segments) SizeInBytes += segment.SizeInBytes;
        for (var i = 1; i < _segments.Count; i++) Check.That(_segments[i - 1].End == _segments[i].BaseOffset);
    }

    public int Count => _segments.Count;

    public long SizeInBytes { get; private set; }

    public Segment Active => _segments[^1];

    public Segment First => _segments[0];

    /// <summary>Counts the files that were created and deleted.</summary>
    public int FolderChanges { get; private set; }

    public Segment this[int index] => _segments[index];

    /// <summary>Index of the segment that holds <paramref name="offset"/>; the last for the end offset.</summary>
    public int IndexOf(Offset offset)
    {
        Check.That(First.BaseOffset <= offset && offset <= Active.End);
        var (low, high) = (0, _segments.Count - 1);
        while (low < high)
        {
            var middle = (low + high + 1) >>> 1;
            if (_segments[middle].BaseOffset <= offset)
            {
                low = middle;
            }
            else
            {
                high = middle - 1;
            }
        }

        return low;
    }

    /// <summary>The segment at an index, noted as in use, so that the files of the least recently read one can be closed.</summary>
    public Segment ForReading(int index)
    {
        var segment = _segments[index];
        if (index == _segments.Count - 1 || (_openForReading.Count > 0 && _openForReading[^1] == segment)) return segment;
        _openForReading.Remove(segment);
        _openForReading.Add(segment);
        if (_openForReading.Count > OpenForReadingMax)
        {
            var oldest = _openForReading[0];
            _openForReading.RemoveAt(0);
            if (!oldest.IsDirty && oldest != Active) oldest.CloseFiles();
        }

        return segment;
    }

    /// <summary>Writes staged batches: one write per segment they go to.</summary>
    public void Append(List<StagedBatch> staged, LogSettings settings)
    {
        var batches = CollectionsMarshal.AsSpan(staged);
        var nowMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var (first, runBytes) = (0, 0L);
        for (var i = 0; i < batches.Length; i++)
        {
            if (Active.MustRollBefore(batches[i], batches[first..i], runBytes, settings, nowMs))
            {
                Write(batches[first..i], runBytes);
                (first, runBytes) = (i, 0);
                Roll(settings);
            }

            runBytes += batches[i].Bytes.Length;
        }

        Write(batches[first..], runBytes);
    }

    /// <summary>Ends the active segment and begins the next one.</summary>
    public void Roll(LogSettings settings)
    {
        Check.That(Active.SizeInBytes > 0);
        Active.Seal();
        if (!Active.IsDirty) Active.CloseFiles();
        Add(Active.End, settings);
    }

    /// <summary>Deletes the first segment with its files.</summary>
    public void RemoveFirst()
    {
        Check.That(_segments.Count > 1);
        Remove(0);
    }

    /// <summary>Deletes the last segment with its files; the one before it grows again.</summary>
    public void RemoveLast()
    {
        Check.That(_segments.Count > 1);
        Remove(_segments.Count - 1);
        Active.Unseal();
        _openForReading.Remove(Active);
    }

    /// <summary>Cuts the active segment.</summary>
    public void TruncateActive(Offset end, int position)
    {
        SizeInBytes -= Active.SizeInBytes - position;
        Active.TruncateTo(end, position);
    }

    /// <summary>Deletes everything, newest first so that a crash in between leaves no hole, and begins again at an offset.</summary>
    public void StartOver(Offset at, LogSettings settings)
    {
        while (_segments.Count > 0) Remove(_segments.Count - 1);
        Add(at, settings);
    }

    public void Dispose()
    {
        foreach (var segment in _segments) segment.Dispose();
    }

    private void Write(ReadOnlySpan<StagedBatch> run, long runBytes)
    {
        if (run.IsEmpty) return;
        _buffers.Clear();
        foreach (ref readonly var batch in run) _buffers.Add(batch.Bytes);
        Active.Append(run, _buffers);
        SizeInBytes += runBytes;
        _buffers.Clear();
    }

    private void Add(Offset baseOffset, LogSettings settings)
    {
        var openedAtMs = _clock.GetUtcNow().ToUnixTimeMilliseconds();
        var segment = new Segment(_files, _folder, baseOffset, baseOffset, 0, settings.IndexIntervalBytes, openedAtMs, isNew: true);
        _ = segment.Log;
        _segments.Add(segment);
        FolderChanges++;
    }

    private void Remove(int index)
    {
        var segment = _segments[index];
        _segments.RemoveAt(index);
        _openForReading.Remove(segment);
        SizeInBytes -= segment.SizeInBytes;
        segment.Dispose();
        DeleteFiles(_files, _folder, segment.BaseOffset);
        FolderChanges++;
    }

    /// <summary>The log file goes last: while it is there, the segment is there and its indexes can be made again.</summary>
    internal static void DeleteFiles(ILogFiles files, string folder, Offset baseOffset)
    {
        files.DeleteFile(Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.OffsetIndex)));
        files.DeleteFile(Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.TimeIndex)));
        files.DeleteFile(Path.Combine(folder, SegmentFileName.Of(baseOffset, SegmentFileName.Log)));
    }
}
