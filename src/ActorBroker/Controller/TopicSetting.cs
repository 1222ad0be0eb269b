using System.Collections.Frozen;
using System.Globalization;
using ActorBroker.Configuration;

namespace ActorBroker.Controller;

/// <summary>Type numbers of the protocol's DescribeConfigs answer.</summary>
public enum TopicSettingType : sbyte
{
    Boolean = 1,
    Text = 2,
    Int = 3,
    Long = 5,
    Double = 6,
    List = 7,
}

/// <summary>One topic setting under its Kafka name.</summary>
/// <param name="Rule">What a value must be, for people.</param>
/// <param name="Apply">The settings with this value; null when it cannot be used.</param>
/// <param name="Show">The value in force.</param>
public sealed record TopicSetting(
    string Name, TopicSettingType Type, string Rule, string Documentation, Func<TopicSettings, string, TopicSettings?> Apply, Func<TopicSettings, string> Show)
{
    public const int SegmentBytesMin = 1 * ByteSizes.MiB;
    public const int SegmentBytesMax = ByteSizes.GiB;
    public const int BatchBytesMin = 128;
    public const int BatchBytesMax = 100 * ByteSizes.MiB;

    /// <summary>All settings by name.</summary>
    public static readonly FrozenDictionary<string, TopicSetting> All = Define().ToFrozenDictionary(setting => setting.Name, StringComparer.Ordinal);

    private static IEnumerable<TopicSetting> Define()
    {
        yield return Number("segment.bytes", TopicSettingType.Int, SegmentBytesMin, SegmentBytesMax, "A new segment begins at this size.",
            (s, v) => s with { SegmentBytes = (int)v }, s => s.SegmentBytes);
        yield return Number("segment.ms", TopicSettingType.Long, 1, MillisecondsMax, "A new segment begins at this age.",
            (s, v) => s with { SegmentAge = TimeSpan.FromMilliseconds(v) }, s => (long)s.SegmentAge.TotalMilliseconds);
        yield return Number("index.interval.bytes", TopicSettingType.Int, 0, ByteSizes.GiB, "Bytes between two index entries.",
            (s, v) => s with { IndexIntervalBytes = (int)v }, s => s.IndexIntervalBytes);
        yield return Number("max.message.bytes", TopicSettingType.Int, BatchBytesMin, BatchBytesMax, "Largest record batch that is taken.",
            (s, v) => s with { BatchBytesMax = (int)v }, s => s.BatchBytesMax);
        yield return Number("retention.ms", TopicSettingType.Long, -1, MillisecondsMax, "Records older than this are deleted; -1: never.",
            (s, v) => s with { RetentionAge = v < 0 ? null : TimeSpan.FromMilliseconds(v) }, s => s.RetentionAge is { } age ? (long)age.TotalMilliseconds : -1);
        yield return Number("retention.bytes", TopicSettingType.Long, -1, long.MaxValue, "A partition larger than this loses its oldest records; -1: no limit.",
            (s, v) => s with { RetentionBytes = v < 0 ? null : v }, s => s.RetentionBytes ?? -1);
        yield return Number("flush.ms", TopicSettingType.Long, 1, MillisecondsMax, "Data is on the disk this long after it was appended; turns flush.policy=os into interval.",
            (s, v) => s with { FlushInterval = TimeSpan.FromMilliseconds(v), FlushPolicy = s.FlushPolicy == FlushPolicy.Os ? FlushPolicy.Interval : s.FlushPolicy },
            s => s.FlushPolicy == FlushPolicy.Os ? long.MaxValue : (long)s.FlushInterval.TotalMilliseconds);
        yield return Number("min.insync.replicas", TopicSettingType.Int, 1, short.MaxValue, "Replicas that must have a record before acks=all is answered.",
            (s, v) => s with { InSyncMin = (int)v }, s => s.InSyncMin);
        yield return Choice("flush.policy", "When appended data must be on the disk: os, interval or before-ack.", ["os", "interval", "before-ack"],
            (s, v) => Choices.TryParse<FlushPolicy>(v, out var policy) ? s with { FlushPolicy = policy } : null, s => Choices.Name(s.FlushPolicy));
        yield return Choice("message.timestamp.type", "Whose clock stamps the records: CreateTime or LogAppendTime.", ["CreateTime", "LogAppendTime"],
            (s, v) => s with { LogAppendTime = v == "LogAppendTime" }, s => s.LogAppendTime ? "LogAppendTime" : "CreateTime");
        yield return Choice("cleanup.policy", "What happens to old records: delete.", ["delete"], (s, _) => s, _ => "delete") with { Type = TopicSettingType.List };
        yield return Choice("compression.type", "Batches are kept as the producer compressed them: producer.", ["producer"], (s, _) => s, _ => "producer");
    }

    private const long MillisecondsMax = 100L * 365 * 24 * 3600 * 1000;

    private static TopicSetting Number(
        string name, TopicSettingType type, long min, long max, string documentation, Func<TopicSettings, long, TopicSettings> apply, Func<TopicSettings, long> show)
    {
        // Clients give Kafka's «for ever» as the largest number of the type.
        return new TopicSetting(
            name,
            type,
            string.Create(CultureInfo.InvariantCulture, $"it must be a whole number from {min} to {max}"),
            documentation,
            (settings, text) => long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var value)
                && value >= min && (value <= max || value == long.MaxValue)
                    ? apply(settings, Math.Min(value, max))
                    : null,
            settings => show(settings).ToString(CultureInfo.InvariantCulture));
    }

    private static TopicSetting Choice(
        string name, string documentation, string[] values, Func<TopicSettings, string, TopicSettings?> apply, Func<TopicSettings, string> show) => new(
            name,
            TopicSettingType.Text,
            $"it must be one of {string.Join(", ", values)}",
            documentation,
            (settings, text) => values.Contains(text, StringComparer.Ordinal) ? apply(settings, text) : null,
            show);
}
