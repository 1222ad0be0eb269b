namespace ActorBroker.Log;

/// <summary>Whether the epochs that the file names are those of the batches. Its text has no checksum, and an epoch that is too high would
/// make every leader's batch look like one of the past.</summary>
internal static class EpochCheck
{
    /// <summary>Looks at the batches on both sides of each border, and at the last: epochs rise in a log, so what is between is right as well.
    /// Two headers for each epoch.</summary>
    /// <param name="start">Of the log; a batch before it may be there, and its epoch forgotten.</param>
    /// <exception cref="LogCorruptException">A batch could not be found.</exception>
    public static bool Agrees(EpochHistory epochs, IReadOnlyList<Segment> segments, Offset start)
    {
        var (first, end) = (segments[0].BaseOffset, segments[^1].End);
        if (first == end) return true;
        if (epochs.Count == 0) return false;
        for (var i = 0; i < epochs.Count; i++)
        {
            var (epoch, from) = epochs[i];

            // Offsets that were deleted cannot be looked at.
            if (from <= first && i == 0) continue;
            if (i == 0 && from > start) return false;
            if (from > end || (from == end && from > start)) return false;
            if (from >= first && from < end && EpochAt(segments, from) != epoch) return false;
            if (i > 0 && from > first && EpochAt(segments, from + -1) != epochs[i - 1].Epoch) return false;
        }

        return EpochAt(segments, end + -1) == epochs.Last || epochs[epochs.Count - 1].Start == end;
    }

    /// <summary>Whether the last epoch is that of the batch where it begins.</summary>
    public static bool IsInLog(EpochHistory epochs, IReadOnlyList<Segment> segments) =>
        epochs.Count > 0 && epochs[epochs.Count - 1].Start is var from && from >= segments[0].BaseOffset && from < segments[^1].End && EpochAt(segments, from) == epochs.Last;

    private static LeaderEpoch EpochAt(IReadOnlyList<Segment> segments, Offset offset)
    {
        var index = segments.Count - 1;
        while (segments[index].BaseOffset > offset) index--;
        var segment = segments[index];
        var position = segment.PositionOf(offset);
        using var walk = segment.Walk(position, Offset.None, BatchView.HeaderBytes);
        return walk.MoveNext() ? walk.Current.Epoch : throw new LogCorruptException(segment.Path, position, walk.Problem ?? $"offset {offset} is missing");
    }
}
