using System.Numerics;

namespace ActorBroker.Cli.Bench;

/// <summary>Counts durations in buckets of at most 1.6 % width. Adding allocates nothing.</summary>
/// <remarks>Any thread. Read it when nobody adds any more.</remarks>
internal sealed class LatencyHistogram
{
    private const int PartBits = 6;
    private const int Parts = 1 << PartBits;   // buckets of each power of two
    private readonly long[] _counts = new long[(64 - PartBits) * Parts];
    private long _total;
    private long _max;

    public long Count => _total;

    public TimeSpan Max => new(_max);

    public void Add(TimeSpan time)
    {
        var ticks = Math.Max(time.Ticks, 0);
        Interlocked.Increment(ref _counts[BucketOf(ticks)]);
        Interlocked.Increment(ref _total);
        var max = Volatile.Read(ref _max);
        while (ticks > max && Interlocked.CompareExchange(ref _max, ticks, max) is var seen && seen != max) max = seen;
    }

    /// <summary>The duration that so many percent do not exceed; zero when there is none. Up to 1.6 % too long, never above <see cref="Max"/>.</summary>
    public TimeSpan AtPercent(double percent)
    {
        var left = Math.Max((long)Math.Ceiling(_total * percent / 100), 1);
        for (var bucket = 0; bucket < _counts.Length; bucket++)
        {
            left -= _counts[bucket];
            if (left <= 0) return new TimeSpan(Math.Min(EndOf(bucket), _max));
        }

        return Max;
    }

    private static int BucketOf(long ticks)
    {
        var shift = Math.Max(BitOperations.Log2((ulong)ticks | 1) - PartBits, 0);
        return (shift * Parts) + (int)(ticks >> shift);
    }

    /// <summary>The largest value that falls into the bucket.</summary>
    private static long EndOf(int bucket)
    {
        var shift = Math.Max((bucket >> PartBits) - 1, 0);
        return ((long)(bucket - (shift * Parts) + 1) << shift) - 1;
    }
}
