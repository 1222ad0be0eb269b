using ActorBroker.Configuration;

namespace ActorBroker.Sessions.Native;

/// <summary>broker.sessions.* – documented in reference.conf, where the defaults are.</summary>
public sealed record SessionSettings(
    int SessionsMax,
    int ProducerCreditBytes,
    int ProducerCreditBatches,
    int ConsumerCreditBytesMax,
    int StreamsMax,
    int FetchBytesMax,
    int MessageBytesMax,
    TimeSpan RequestTimeout,
    int RequestsMax)
{
    /// <summary>How often a session looks for what was not answered in time: an answer is given up that much later at most.</summary>
    public TimeSpan TimeoutCheckInterval => TimeSpan.FromMilliseconds(Math.Clamp(RequestTimeout.TotalMilliseconds / 10, 10, 1000));

    public static SessionSettings Read(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new SessionSettings(
            SessionsMax: at.Count("sessions-max", 1, 1_000_000),
            ProducerCreditBytes: (int)at.Bytes("producer-credit-bytes", ByteSizes.KiB, ByteSizes.GiB),
            ProducerCreditBatches: at.Count("producer-credit-batches", 1, 1_000_000),
            ConsumerCreditBytesMax: (int)at.Bytes("consumer-credit-bytes-max", ByteSizes.KiB, ByteSizes.GiB),
            StreamsMax: at.Count("streams-max", 1, 1_000_000),
            FetchBytesMax: (int)at.Bytes("fetch-bytes-max", ByteSizes.KiB, ByteSizes.GiB),
            MessageBytesMax: (int)at.Bytes("message-bytes-max", 64 * ByteSizes.KiB, ByteSizes.GiB),
            RequestTimeout: at.Duration("request-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)),
            RequestsMax: at.Count("requests-max", 1, 1_000_000));
    }
}
