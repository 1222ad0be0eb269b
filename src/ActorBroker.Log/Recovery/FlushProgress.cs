using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Knows what is on the disk: begins flushes, takes note of those that ran, and writes the recovery point now and then.</summary>
/// <remarks>Owner: the log.</remarks>
internal sealed class FlushProgress(
    ILogFiles files, string folder, SegmentList segments, LogOffsets offsets, EpochHistory epochs, LogCheckpoints checkpoints)
{
    private int _generation;
    private int _folderChangesFlushed;
    private long _bytesSincePoint;
    private bool _rolledSincePoint;

    public FlushTicket Begin(Action<LogIOException> failed)
    {
        var parts = new List<FlushTicket.Part>();
        for (var i = 0; i < segments.Count; i++)
        {
            if (segments[i].IsDirty) parts.Add(new FlushTicket.Part(segments[i], segments[i].SizeInBytes, segments[i].IsSealed));
        }

        var changedFolder = segments.FolderChanges > _folderChangesFlushed ? folder : null;
        return new FlushTicket(files, changedFolder, segments.FolderChanges, parts, offsets.End, _generation, failed);
    }

    /// <summary>Takes note of a flush; one that began before a truncation says nothing any more.</summary>
    public void Complete(FlushTicket ticket)
    {
        Check.That(ticket.IsDone);
        if (ticket.Generation != _generation) return;
        foreach (var (segment, bytes, wasSealed) in ticket.Parts)
        {
            _bytesSincePoint += Math.Max(0, bytes - segment.FlushedBytes);
            segment.FlushedTo(bytes, wasSealed);
            if (segment.IsSealed && !segment.IsDirty) segment.CloseFiles();
        }

        _folderChangesFlushed = Math.Max(_folderChangesFlushed, ticket.FolderChanges);
        offsets.FlushedTo(ticket.End);
    }

    public bool IsPointDue(LogSettings settings) =>
        offsets.Flushed > checkpoints.RecoveryPoint && (_rolledSincePoint || _bytesSincePoint >= settings.RecoveryPointBytes);

    /// <summary>Writes the recovery point; epochs first, because recovery does not look for them before it.</summary>
    public void WritePoint()
    {
        epochs.Save();
        checkpoints.RaiseRecoveryPoint(offsets.Flushed);
        (_bytesSincePoint, _rolledSincePoint) = (0, false);
    }

    public void Rolled() => _rolledSincePoint = true;

    /// <summary>The log was cut: what flushes under way found says nothing about what comes in its place.</summary>
    public void Forget() => (_generation, _bytesSincePoint) = (_generation + 1, 0);

    public void FlushFolder()
    {
        files.FlushFolder(folder);
        _folderChangesFlushed = segments.FolderChanges;
    }
}
