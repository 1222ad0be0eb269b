namespace ActorBroker.Log;

/// <summary>Which of the oldest segments may go (cleanup.policy contains delete).</summary>
/// <remarks>Source: Kafka's retention.ms and retention.bytes. Whole segments only, from the oldest on, until the first that stays.</remarks>
internal static class Retention
{
    /// <summary>Number of segments from the first on that need not be kept; may be all of them.</summary>
    /// <param name="age">Segments whose largest timestamp is longer ago may go; null: age does not matter.</param>
    /// <param name="bytes">As long as this much is left, the oldest segment may go; null: size does not matter.</param>
    /// <param name="highWatermark">Only segments wholly below may go.</param>
    public static int CountExpired(SegmentList segments, Offset start, TimeSpan? age, long? bytes, Offset highWatermark, long nowMs)
    {
        Check.That(bytes is null or >= 0);
        var left = segments.SizeInBytes;
        for (var i = 0; i < segments.Count; i++)
        {
            var segment = segments[i];
            if (segment.SizeInBytes == 0 || segment.End > highWatermark) return i;
            var isBelowStart = segment.End <= start;
            var isTooMuch = left - segment.SizeInBytes >= bytes;
            if (!isBelowStart && !isTooMuch && !IsTooOld(segment, age, nowMs)) return i;
            left -= segment.SizeInBytes;
        }

        return segments.Count;
    }

    /// <summary>Its largest timestamp; when its records have none, the time at which it was opened.</summary>
    public static long NewestMs(Segment segment) => segment.MaxTimestamp >= 0 ? segment.MaxTimestamp : segment.OpenedAtMs;

    private static bool IsTooOld(Segment segment, TimeSpan? age, long nowMs) =>
        age is not null && nowMs - NewestMs(segment) > age.Value.TotalMilliseconds;
}
