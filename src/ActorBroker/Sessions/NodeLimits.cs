using ActorBroker.Limits;

namespace ActorBroker.Sessions;

/// <summary>What all clients of a node share. What it bounds and how: the README of this folder.</summary>
internal sealed class NodeLimits(KafkaSettings settings, TimeProvider clock)
{
    /// <summary>A request counts with its bytes and so many more, for what is made of it: small ones are not free.</summary>
    public const int RequestOverhead = ByteSizes.KiB;

    private const int ReadRoom = 64 * ByteSizes.KiB;
    private static readonly TimeSpan LogPeriod = TimeSpan.FromSeconds(5);

    /// <summary>Requests under way, and receive buffers (broker.kafka.in-flight-bytes-total-max).</summary>
    public SharedLimit Requests { get; } = new(settings.InFlightBytesTotalMax, room: 1, mayExceed: true);

    /// <summary>Answers in the making, and those that wait for their client to read (broker.kafka.reply-bytes-total-max).</summary>
    public SharedLimit Replies { get; } = new(settings.ReplyBytesTotalMax, ReadRoom, reserve: settings.ReplyBytesTotalMax / 4);

    /// <summary>Lines about connections that are refused, or closed for what their client does.</summary>
    public LogGate Refused { get; } = new(clock, LogPeriod);

    public LogGate Closed { get; } = new(clock, LogPeriod, linesMax: 20);

    public LogGate NotAccepted { get; } = new(clock, LogPeriod);
}
