using static ActorBroker.ByteSizes;

namespace ActorBroker.Log;

/// <summary>What a topic's configuration says about one log. Checked when it is made; may be exchanged while the log is open.</summary>
/// <param name="SegmentBytes">A segment that would grow beyond this is rolled; also the largest batch that fits the log. From
/// <see cref="SegmentBytesMin"/> on; a file position must fit 31 bits.</param>
/// <param name="SegmentAge">A segment whose first record is older than this is rolled by the next append.</param>
/// <param name="IndexIntervalBytes">Bytes of log between two index entries: smaller finds faster, larger takes less disk.</param>
/// <param name="BatchBytesMax">Largest batch that a client may append; batches already in the log may be larger.</param>
/// <param name="ProducerExpiry">An idempotent producer that wrote nothing for this long is forgotten.</param>
public sealed record LogSettings(int SegmentBytes, TimeSpan SegmentAge, int IndexIntervalBytes, int BatchBytesMax, TimeSpan ProducerExpiry)
{
    /// <summary>One batch header: no smaller file could hold anything.</summary>
    public const int SegmentBytesMin = BatchView.HeaderBytes;

    /// <summary>Kafka's defaults (topic settings segment.bytes, segment.ms, index.interval.bytes, max.message.bytes; broker setting
    /// producer.id.expiration.ms).</summary>
    public static LogSettings Default { get; } = new(1 * GiB, TimeSpan.FromDays(7), 4 * KiB, (1 * MiB) + 12, TimeSpan.FromHours(24));

    public int SegmentBytes
    {
        get;
        init => field = AtLeast(value, SegmentBytesMin, nameof(SegmentBytes));
    } = AtLeast(SegmentBytes, SegmentBytesMin, nameof(SegmentBytes));

    public TimeSpan SegmentAge
    {
        get;
        init => field = Positive(value, nameof(SegmentAge));
    } = Positive(SegmentAge, nameof(SegmentAge));

    public int IndexIntervalBytes
    {
        get;
        init => field = AtLeast(value, 0, nameof(IndexIntervalBytes));
    } = AtLeast(IndexIntervalBytes, 0, nameof(IndexIntervalBytes));

    public int BatchBytesMax
    {
        get;
        init => field = AtLeast(value, BatchView.HeaderBytes, nameof(BatchBytesMax));
    } = AtLeast(BatchBytesMax, BatchView.HeaderBytes, nameof(BatchBytesMax));

    public TimeSpan ProducerExpiry
    {
        get;
        init => field = Positive(value, nameof(ProducerExpiry));
    } = Positive(ProducerExpiry, nameof(ProducerExpiry));

    /// <summary>A segment is rolled when one of its two index files would grow beyond this. Kafka's segment.index.bytes.</summary>
    public int IndexBytesMax
    {
        get;
        init => field = AtLeast(value, 2 * TimeIndex.EntryBytes, nameof(IndexBytesMax));
    } = 10 * MiB;

    /// <summary>Flushed bytes after which the recovery point is written: bounds the scan after a crash to about this much and what was not
    /// flushed. Costs one small write without fsync.</summary>
    public int RecoveryPointBytes
    {
        get;
        init => field = AtLeast(value, 0, nameof(RecoveryPointBytes));
    } = 4 * MiB;

    /// <summary>Most producers remembered, at about 300 bytes each; beyond, those that wrote longest ago are forgotten before they expire.</summary>
    public int ProducersMax
    {
        get;
        init => field = AtLeast(value, 1, nameof(ProducersMax));
    } = 100_000;

    private static int AtLeast(int value, int min, string name) =>
        value >= min ? value : throw new ArgumentOutOfRangeException(name, value, $"must be at least {min}");

    private static TimeSpan Positive(TimeSpan value, string name) =>
        value > TimeSpan.Zero ? value : throw new ArgumentOutOfRangeException(name, value, "must be longer than zero");
}
