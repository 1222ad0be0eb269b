using ActorBroker.Configuration;

namespace ActorBroker.Sessions;

/// <summary>broker.kafka.* – documented in reference.conf, where the defaults are.</summary>
public sealed record KafkaSettings(
    string Host,
    int Port,
    string? AdvertisedHost,
    int AdvertisedPort,
    int ConnectionsMax,
    int? ConnectionsPerAddressMax,
    int RequestBytesMax,
    int CommandBytesMax,
    int InFlightRequestsMax,
    long InFlightBytesMax,
    long InFlightBytesTotalMax,
    long ReplyBytesMax,
    long ReplyBytesTotalMax,
    int FetchBytesMax,
    TimeSpan FetchWaitMax,
    TimeSpan IdleTimeout,
    TimeSpan RequestReceiveTimeout,
    TimeSpan SendTimeout,
    TimeSpan RequestTimeout)
{
    public static KafkaSettings Read(SettingsReader at)
    {
        ArgumentNullException.ThrowIfNull(at);
        return new KafkaSettings(
            Host: at.Text("host"),
            Port: at.Count("port", 0, 65535),
            AdvertisedHost: at.OptionalText("advertised-host"),
            AdvertisedPort: at.Count("advertised-port", 0, 65535),
            ConnectionsMax: at.Count("connections-max", 1, 1_000_000),
            ConnectionsPerAddressMax: at.Count("connections-per-address-max", -1, 1_000_000) is >= 0 and var count ? count : null,
            RequestBytesMax: (int)at.Bytes("request-bytes-max", ByteSizes.KiB, ByteSizes.GiB),
            CommandBytesMax: (int)at.Bytes("command-bytes-max", ByteSizes.KiB, ByteSizes.GiB),
            InFlightRequestsMax: at.Count("in-flight-requests-max", 1, 100_000),
            InFlightBytesMax: at.Bytes("in-flight-bytes-max", ByteSizes.KiB, 64L * ByteSizes.GiB),
            InFlightBytesTotalMax: at.Bytes("in-flight-bytes-total-max", ByteSizes.MiB, 64L * ByteSizes.GiB),
            ReplyBytesMax: at.Bytes("reply-bytes-max", ByteSizes.KiB, 64L * ByteSizes.GiB),
            ReplyBytesTotalMax: at.Bytes("reply-bytes-total-max", ByteSizes.MiB, 64L * ByteSizes.GiB),
            FetchBytesMax: (int)at.Bytes("fetch-bytes-max", ByteSizes.KiB, ByteSizes.GiB),
            FetchWaitMax: at.Duration("fetch-wait-max", TimeSpan.FromMilliseconds(1), TimeSpan.FromHours(1)),
            IdleTimeout: at.Duration("idle-timeout", TimeSpan.FromSeconds(1), TimeSpan.FromDays(1)),
            RequestReceiveTimeout: at.Duration("request-receive-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            SendTimeout: at.Duration("send-timeout", TimeSpan.FromMilliseconds(10), TimeSpan.FromHours(1)),
            RequestTimeout: at.Duration("request-timeout", TimeSpan.FromMilliseconds(100), TimeSpan.FromHours(1)));
    }
}
