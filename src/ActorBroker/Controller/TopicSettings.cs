using System.Collections.Immutable;
using System.Globalization;
using ActorBroker.Configuration;
using ActorBroker.Log;

namespace ActorBroker.Controller;

/// <summary>When appended data must be on the disk.</summary>
public enum FlushPolicy
{
    /// <summary>When the operating system writes it.</summary>
    Os,

    /// <summary>At the latest an interval after it was appended.</summary>
    Interval,

    /// <summary>Before the produce request is answered; all that wait share one flush.</summary>
    BeforeAck,
}

/// <summary>The settings of one topic, typed and complete. Defaults come from <c>broker.log</c>.</summary>
/// <param name="RetentionAge">Null: kept for ever.</param>
/// <param name="RetentionBytes">Per partition; null: no limit.</param>
/// <param name="LogAppendTime">True: the broker's clock stamps the records, not the producer's.</param>
public sealed record TopicSettings(
    int SegmentBytes,
    TimeSpan SegmentAge,
    int IndexIntervalBytes,
    int BatchBytesMax,
    TimeSpan? RetentionAge,
    long? RetentionBytes,
    FlushPolicy FlushPolicy,
    TimeSpan FlushInterval,
    bool LogAppendTime,
    int InSyncMin,
    TimeSpan ProducerExpiry)
{
    /// <summary>Reads <c>broker.log</c>.</summary>
    public static TopicSettings ReadDefaults(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        var retentionAge = at.Text("retention-age");
        var retentionBytes = at.Text("retention-bytes");
        return new TopicSettings(
            SegmentBytes: (int)at.Bytes("segment-bytes", TopicSetting.SegmentBytesMin, TopicSetting.SegmentBytesMax),
            SegmentAge: at.Duration("segment-age", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(36500)),
            IndexIntervalBytes: (int)at.Bytes("index-interval-bytes", 0, ByteSizes.GiB),
            BatchBytesMax: (int)at.Bytes("batch-bytes-max", TopicSetting.BatchBytesMin, TopicSetting.BatchBytesMax),
            RetentionAge: retentionAge is "infinite" or "-1" ? null : at.Duration("retention-age", TimeSpan.FromMilliseconds(1), TimeSpan.MaxValue),
            RetentionBytes: retentionBytes == "-1" ? null : at.Bytes("retention-bytes", 1, long.MaxValue),
            FlushPolicy: at.Choice<FlushPolicy>("flush-policy"),
            FlushInterval: at.Duration("flush-interval", TimeSpan.FromMilliseconds(1), TimeSpan.FromDays(1)),
            LogAppendTime: false,
            InSyncMin: 1,
            ProducerExpiry: at.Duration("producer-expiry", TimeSpan.FromSeconds(1), TimeSpan.FromDays(365)));
    }

    /// <summary>These settings with what a topic was given in place of the defaults.</summary>
    /// <param name="configs">Checked before: see <see cref="Validate"/>.</param>
    public TopicSettings With(ImmutableDictionary<string, string> configs)
    {
        ArgumentNullException.ThrowIfNull(configs);
        var settings = this;
        foreach (var (name, value) in configs)
        {
            Check.That(TopicSetting.All.ContainsKey(name));
            settings = TopicSetting.All[name].Apply(settings, value)
                ?? throw new InvariantException($"{name}={value} was stored and cannot be read");
        }

        return settings;
    }

    /// <summary>What is wrong with the settings that a client gives a topic; null when nothing is.</summary>
    public string? Validate(ImmutableDictionary<string, string> configs)
    {
        ArgumentNullException.ThrowIfNull(configs);
        foreach (var (name, value) in configs)
        {
            if (!TopicSetting.All.TryGetValue(name, out var setting))
            {
                return $"{name} is not a topic setting here. Known: {string.Join(", ", TopicSetting.All.Keys.Order(StringComparer.Ordinal))}.";
            }

            if (value is null || setting.Apply(this, value) is null)
            {
                return $"{name}={value} cannot be used: {setting.Rule}.";
            }
        }

        return null;
    }

    public LogSettings ToLogSettings() => new(SegmentBytes, SegmentAge, IndexIntervalBytes, BatchBytesMax, ProducerExpiry);

    internal static string Text(TimeSpan? duration) =>
        duration is { } known ? ((long)known.TotalMilliseconds).ToString(CultureInfo.InvariantCulture) : "-1";
}
