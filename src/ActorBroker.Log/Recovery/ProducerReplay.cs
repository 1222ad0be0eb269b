namespace ActorBroker.Log;

/// <summary>Builds the producer table as of an offset: newest snapshot at or below it, and the batch headers from there on.</summary>
internal static class ProducerReplay
{
    /// <param name="end">A batch border in the log.</param>
    /// <param name="unusable">Names of snapshots that had to be ignored are added.</param>
    public static void Run(
        SegmentList segments,
        SnapshotStore snapshots,
        ProducerTable producers,
        Offset end,
        TimeProvider clock,
        LogSettings settings,
        List<string> unusable)
    {
        var from = Offset.Max(snapshots.Load(producers, end, unusable), segments.First.BaseOffset);
        var nowMs = clock.GetUtcNow().ToUnixTimeMilliseconds();
        while (from < end)
        {
            var segment = segments[segments.IndexOf(from)];
            using var walk = segment.Walk(segment.PositionOf(from), Offset.None, BatchWalk.SequentialChunkBytes);
            while (walk.MoveNext() && walk.Current.BaseOffset < end)
            {
                if (walk.Current.BaseOffset >= from) producers.Note(walk.Current, nowMs, settings);
            }

            if (walk.Problem is { } problem) throw new LogCorruptException(segment.Path, walk.Position, problem);
            from = segment.End;
        }

        producers.Expire(nowMs, settings.ProducerExpiry);
    }
}
