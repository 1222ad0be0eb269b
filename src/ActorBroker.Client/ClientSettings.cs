using System.Collections.Immutable;
using Akka.Actor;
using Akka.Configuration;

namespace ActorBroker.Client;

/// <summary>actorbroker.client.* – documented in reference.conf, where the defaults are. Read once, when the client is made.</summary>
/// <param name="ContactPoints">Addresses of actor systems; at least one.</param>
/// <param name="MetadataBackoff">Pauses between renewals of the view, and between attempts of a request.</param>
public sealed record ClientSettings(
    ImmutableArray<string> ContactPoints,
    string ClientId,
    TimeSpan RequestTimeout,
    TimeSpan ConnectTimeout,
    TimeSpan MetadataMaxAge,
    BackoffSettings MetadataBackoff)
{
    /// <summary>Where the settings are in an application's configuration.</summary>
    public const string Path = "actorbroker.client";

    private static readonly TimeSpan DurationMax = TimeSpan.FromDays(24);   // what timers take: 2^31 ms

    /// <exception cref="ConfigurationException">A setting cannot be used; the message names key and value.</exception>
    public static ClientSettings Read(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        var at = new ClientConfig(system.Settings.Config, Path);
        var backoffMin = at.Duration("metadata-backoff-min", TimeSpan.FromMilliseconds(1), TimeSpan.FromMinutes(1));
        var clientId = at.Text("client-id");
        return new ClientSettings(
            ReadContactPoints(at, system.Name),
            clientId.Length == 0 ? system.Name : clientId,
            at.Duration("request-timeout", TimeSpan.FromMilliseconds(1), DurationMax),
            at.Duration("connect-timeout", TimeSpan.FromMilliseconds(1), DurationMax),
            at.Duration("metadata-max-age", TimeSpan.FromMilliseconds(10), DurationMax),
            new BackoffSettings(backoffMin, at.Duration("metadata-backoff-max", backoffMin, TimeSpan.FromHours(1))));
    }

    private static ImmutableArray<string> ReadContactPoints(ClientConfig at, string system)
    {
        var points = at.Texts("contact-points");
        if (points.Count == 0)
        {
            throw new ConfigurationException(
                $"{at.Full("contact-points")} is empty: the client knows no node to begin with. Set it, for example to [\"akka.tcp://ActorBroker@localhost:2551\"].");
        }

        return [.. points.Select(point => ContactPoint(at, point, system)).Distinct(StringComparer.Ordinal)];
    }

    private static string ContactPoint(ClientConfig at, string point, string system)
    {
        var wrong = !Address.TryParse(point, out var address, out var path) || path is not ("" or "/") ? "is not an address"
            : address.HasLocalScope && address.Protocol != "akka" ? "names no host and port"
            : address.HasLocalScope && address.System != system ? $"names another actor system than this one, {system}, but no host and port"
            : address.HasGlobalScope && (address.Port is not > 0 || !address.Protocol.StartsWith("akka.", StringComparison.Ordinal)) ? "is not akka.tcp with host and port"
            : null;
        return wrong is null
            ? address!.ToString()
            : throw new ConfigurationException(
                $"{at.Full("contact-points")}: \"{point}\" {wrong}. Write \"akka.tcp://<system>@<host>:<port>\", or \"akka://{system}\" for a node in this actor system.");
    }
}
