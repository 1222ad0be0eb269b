using ActorBroker.Log.Files;

namespace ActorBroker.Log;

/// <summary>Whether the indexes of a segment that was sealed are as sealing leaves them; a handful of reads.</summary>
internal static class IndexCheck
{
    /// <summary>True when both files are there and whole, the last offset entry names a batch, from which the last batch of the
    /// segment is reached before another entry is due, and times are known if records have them.</summary>
    public static bool LeadsToTheEnd(ILogFiles files, Segment segment, int indexIntervalBytes)
    {
        if (!IsWhole(files, segment.Index.File.Path, OffsetIndex.EntryBytes)) return false;
        if (!IsWhole(files, segment.Times.File.Path, TimeIndex.EntryBytes)) return false;
        var (lastOffset, from) = segment.Index.Count == 0 ? (Offset.None, 0) : segment.Index[segment.Index.Count - 1];
        if (from < 0 || from >= segment.SizeInBytes) return false;
        using var walk = segment.Walk(from, from == 0 ? segment.BaseOffset : Offset.None, BatchWalk.NearbyChunkBytes);
        var maxTimestamp = -1L;
        while (walk.MoveNext())
        {
            if (walk.Position == from && lastOffset != Offset.None && walk.Current.LastOffset != lastOffset) return false;
            if (walk.Position - from > indexIntervalBytes) return false;
            maxTimestamp = Math.Max(maxTimestamp, walk.Current.MaxTimestamp);
        }

        return walk.Problem is null && walk.NextOffset == segment.End && maxTimestamp <= segment.Times.LastTimestamp;
    }

    private static bool IsWhole(ILogFiles files, string path, int entryBytes)
    {
        if (!files.FileExists(path)) return false;
        using var file = files.Open(path);
        return file.Length % entryBytes == 0;
    }
}
