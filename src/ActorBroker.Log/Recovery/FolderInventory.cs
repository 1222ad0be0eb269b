using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>What is in a log's folder, by name. Files whose names we do not write are somebody else's and left alone.</summary>
internal sealed class FolderInventory
{
    private FolderInventory()
    {
    }

    /// <summary>Segments in offset order.</summary>
    public List<SegmentFile> Segments { get; } = [];

    /// <summary>Base offsets for which there is an index file but no log file.</summary>
    public SortedSet<Offset> OrphanedIndexes { get; } = [];

    /// <summary>Names of files that a crash left between two steps of ours.</summary>
    public List<string> Leftovers { get; } = [];

    public static FolderInventory Read(ILogFiles files, string folder)
    {
        var inventory = new FolderInventory();
        foreach (var name in files.ListFiles(folder))
        {
            if (SegmentFileName.TryParse(name, SegmentFileName.Log, out var baseOffset))
            {
                inventory.Segments.Add(SegmentFile.Read(files, folder, baseOffset));
            }
            else if (SegmentFileName.TryParse(name, SegmentFileName.OffsetIndex, out var indexed)
                || SegmentFileName.TryParse(name, SegmentFileName.TimeIndex, out indexed))
            {
                inventory.OrphanedIndexes.Add(indexed);
            }
            else if (IsLeftover(name))
            {
                inventory.Leftovers.Add(name);
            }
        }

        foreach (var segment in inventory.Segments) inventory.OrphanedIndexes.Remove(segment.BaseOffset);
        return inventory;
    }

    private static bool IsLeftover(string name)
    {
        var stem = Path.GetFileNameWithoutExtension(name);
        return Path.GetExtension(name) switch
        {
            SegmentFileName.DeletedSuffix => IsOfSegment(stem),
            DiskFiles.TemporarySuffix => IsOfSegment(stem)
                || stem is LogCheckpoints.RecoveryPointName or LogCheckpoints.LogStartName or LogCheckpoints.CleanCloseName or EpochHistory.FileName,
            _ => false,
        };
    }

    private static bool IsOfSegment(string name) =>
        SegmentFileName.TryParse(name, SegmentFileName.Log, out _)
        || SegmentFileName.TryParse(name, SegmentFileName.OffsetIndex, out _)
        || SegmentFileName.TryParse(name, SegmentFileName.TimeIndex, out _)
        || SegmentFileName.TryParse(name, SegmentFileName.ProducerSnapshot, out _);
}
