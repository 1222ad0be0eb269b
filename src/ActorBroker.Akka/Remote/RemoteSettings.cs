using System.Security.Cryptography.X509Certificates;
using Akka.Configuration;

namespace Akka.Remote;

/// <summary><c>akka.remote.*</c>, documented in remote.conf, where the defaults are.</summary>
public sealed class RemoteSettings
{
    public RemoteSettings(Config config)
    {
        Config = config ?? throw new ArgumentNullException(nameof(config));
        var remote = config.GetConfig("akka.remote");
        UntrustedMode = remote.GetBoolean("untrusted-mode");
        TrustedSelectionPaths = [.. remote.GetStringList("trusted-selection-paths")];
        FlushWait = remote.GetTimeSpan("flush-wait-on-shutdown");
        RetryGateClosedFor = remote.GetTimeSpan("retry-gate-closed-for");
        ResendInterval = remote.GetTimeSpan("resend-interval");
        SysMsgBufferSize = remote.GetInt("system-message-buffer-size");
        InitialSysMsgDeliveryTimeout = remote.GetTimeSpan("initial-system-message-delivery-timeout");
        QuarantineDuration = remote.GetTimeSpan("prune-quarantine-marker-after");
        HeartbeatInterval = remote.GetTimeSpan("transport-failure-detector.heartbeat-interval");
        HeartbeatPause = remote.GetTimeSpan("transport-failure-detector.acceptable-heartbeat-pause");
        WatchFailureDetectorConfig = remote.GetConfig("watch-failure-detector");
        WatchHeartBeatInterval = WatchFailureDetectorConfig.GetTimeSpan("heartbeat-interval");
        WatchUnreachableReaperInterval = WatchFailureDetectorConfig.GetTimeSpan("unreachable-nodes-reaper-interval");
        WatchHeartbeatExpectedResponseAfter = WatchFailureDetectorConfig.GetTimeSpan("expected-response-after");
        HasOrdinaryConnection = remote.GetBoolean("ordinary.own-connection");
        ControlDestinations = [.. remote.GetStringList("ordinary.control-destinations")];
        OrdinaryFrameBytesMax = Bytes(remote, "ordinary.maximum-frame-size");
        OutboundQueueCapacity = remote.GetInt("outbound-queue-capacity");
        OutboundQueuePushTimeout = remote.GetTimeSpan("outbound-queue-push-timeout");
        InboundConnectionsMax = remote.GetInt("inbound-connections-max");
        FrameBytesMax = Bytes(remote, "dot-netty.tcp.maximum-frame-size");
        HasFaults = remote.GetBoolean("testing.faults");
        ReadTcp(remote.GetConfig("dot-netty.tcp"));
        if (RetryGateClosedFor <= TimeSpan.Zero || OutboundQueueCapacity <= 0 || SysMsgBufferSize <= 0)
        {
            throw new ConfigurationException(
                "akka.remote: retry-gate-closed-for, outbound-queue-capacity and system-message-buffer-size must be above 0.");
        }
    }

    public Config Config { get; }

    public bool UntrustedMode { get; }

    public HashSet<string> TrustedSelectionPaths { get; }

    public TimeSpan FlushWait { get; }

    public TimeSpan RetryGateClosedFor { get; }

    /// <summary>Acknowledgements that are missing for so long make system messages go out again.</summary>
    public TimeSpan ResendInterval { get; }

    public int SysMsgBufferSize { get; }

    public TimeSpan InitialSysMsgDeliveryTimeout { get; }

    public TimeSpan QuarantineDuration { get; }

    public TimeSpan HeartbeatInterval { get; }

    public TimeSpan HeartbeatPause { get; }

    public Config WatchFailureDetectorConfig { get; }

    public TimeSpan WatchHeartBeatInterval { get; }

    public TimeSpan WatchUnreachableReaperInterval { get; }

    public TimeSpan WatchHeartbeatExpectedResponseAfter { get; }

    internal bool HasOrdinaryConnection { get; }

    /// <summary>Paths without address of actors whose messages go with the heartbeats.</summary>
    internal HashSet<string> ControlDestinations { get; }

    internal int OrdinaryFrameBytesMax { get; }

    internal int OutboundQueueCapacity { get; }

    internal TimeSpan OutboundQueuePushTimeout { get; }

    internal int InboundConnectionsMax { get; }

    /// <summary>Tests may drop and delay frames.</summary>
    internal bool HasFaults { get; }

    internal string Hostname { get; private set; } = "";

    internal int Port { get; private set; }

    /// <summary>"" for the one that is listened on.</summary>
    internal string PublicHostname { get; private set; } = "";

    internal int PublicPort { get; private set; }

    internal int FrameBytesMax { get; }

    internal TimeSpan ConnectionTimeout { get; private set; }

    internal int SendBufferBytes { get; private set; }

    internal int ReceiveBufferBytes { get; private set; }

    internal int Backlog { get; private set; }

    internal bool IsNoDelay { get; private set; }

    internal bool IsKeepAlive { get; private set; }

    internal bool IsTls { get; private set; }

    internal bool IsCertificateUnchecked { get; private set; }

    internal X509Certificate2? Certificate { get; private set; }

    /// <summary>Of addresses: <c>akka.tcp</c>, with TLS <c>akka.ssl.tcp</c>.</summary>
    internal string Protocol => IsTls ? "akka.ssl.tcp" : "akka.tcp";

    private static int Bytes(Config config, string path)
    {
        var bytes = config.GetByteSize(path) ?? 0;
        return bytes is >= 1000 and <= int.MaxValue
            ? (int)bytes
            : throw new ConfigurationException($"akka.remote.{path} = {bytes} bytes: between 1000 bytes and 2 GiB are possible.");
    }

    private void ReadTcp(Config tcp)
    {
        Hostname = tcp.GetString("hostname", "");
        Port = tcp.GetInt("port");
        PublicHostname = tcp.GetString("public-hostname", "");
        PublicPort = tcp.GetInt("public-port");
        if (Port is < 0 or > 65535 || PublicPort is < 0 or > 65535)
        {
            throw new ConfigurationException($"akka.remote.dot-netty.tcp.port = {Port}, public-port = {PublicPort}: 0 to 65535 are possible.");
        }

        ConnectionTimeout = tcp.GetTimeSpan("connection-timeout");
        SendBufferBytes = (int)(tcp.GetByteSize("send-buffer-size") ?? 0);
        ReceiveBufferBytes = (int)(tcp.GetByteSize("receive-buffer-size") ?? 0);
        Backlog = tcp.GetInt("backlog");
        IsNoDelay = tcp.GetBoolean("tcp-nodelay");
        IsKeepAlive = tcp.GetBoolean("tcp-keepalive");
        if (tcp.GetString("byte-order") is { } order && order != "little-endian")
        {
            throw new ConfigurationException($"akka.remote.dot-netty.tcp.byte-order = {order}: only little-endian is spoken.");
        }

        IsTls = tcp.GetBoolean("enable-ssl");
        if (IsTls)
        {
            IsCertificateUnchecked = tcp.GetBoolean("ssl.suppress-validation");
            Certificate = ReadCertificate(tcp.GetConfig("ssl.certificate"));
        }
    }

    private static X509Certificate2 ReadCertificate(Config certificate)
    {
        const string At = "akka.remote.dot-netty.tcp.ssl.certificate";
        if (!certificate.GetBoolean("use-thumbprint-over-file"))
        {
            var path = certificate.GetString("path", "");
            try
            {
                return X509CertificateLoader.LoadPkcs12FromFile(path, certificate.GetString("password", ""));
            }
            catch (Exception unusable) when (unusable is System.Security.Cryptography.CryptographicException or IOException or ArgumentException)
            {
                throw new ConfigurationException($"{At}.path = \"{path}\": no certificate with private key (PKCS #12) can be read there: {unusable.Message}", unusable);
            }
        }

        var thumbprint = certificate.GetString("thumbprint", "");
        var location = certificate.GetString("store-location") == "local-machine" ? StoreLocation.LocalMachine : StoreLocation.CurrentUser;
        using var store = new X509Store(certificate.GetString("store-name"), location);
        store.Open(OpenFlags.ReadOnly);
        var found = store.Certificates.Find(X509FindType.FindByThumbprint, thumbprint, validOnly: false);
        return found.Count > 0
            ? found[0]
            : throw new ConfigurationException($"{At}.thumbprint = \"{thumbprint}\": the store {store.Name} of {location} has no such certificate.");
    }
}
