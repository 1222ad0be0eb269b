using System.Globalization;

namespace ActorBroker.Cli.Client;

/// <summary>Where a broker listens.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
internal sealed record BrokerAddress(string Host, int Port)
{
    public const int DefaultPort = 9092;

    /// <summary>Reads <c>host:port</c>, several of them separated by commas. The port may be left out; IPv6 addresses stand in
    /// brackets when a port follows.</summary>
    /// <exception cref="UsageException">No address, or a port that is none.</exception>
    public static IReadOnlyList<BrokerAddress> ParseList(string text)
    {
        var addresses = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Select(Parse).ToArray();
        return addresses.Length > 0 ? addresses : throw Wrong(text);
    }

    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    private static BrokerAddress Parse(string text)
    {
        if (text.StartsWith('['))
        {
            var end = text.IndexOf(']', StringComparison.Ordinal);
            var isWhole = end > 1 && (end + 1 == text.Length || text[end + 1] == ':');
            return isWhole ? new BrokerAddress(text[1..end], ParsePort(text, end + 1)) : throw Wrong(text);
        }

        var colon = text.IndexOf(':', StringComparison.Ordinal);
        if (colon != text.LastIndexOf(':')) return new BrokerAddress(text, DefaultPort);   // a bare IPv6 address
        if (colon < 0) return new BrokerAddress(text, DefaultPort);
        return colon > 0 ? new BrokerAddress(text[..colon], ParsePort(text, colon)) : throw Wrong(text);
    }

    private static int ParsePort(string text, int colon)
    {
        if (colon == text.Length) return DefaultPort;
        return int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= 65535
            ? port
            : throw Wrong(text);
    }

    private static UsageException Wrong(string text) =>
        new($"--bootstrap '{text}' is not HOST:PORT with a port from 1 to 65535, such as 127.0.0.1:{DefaultPort} or [::1]:{DefaultPort}");
}
