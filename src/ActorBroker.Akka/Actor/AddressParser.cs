using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace Akka.Actor;

/// <summary>Reads <c>protocol://system[@host[:port]][/path]</c> without trusting it.</summary>
internal static class AddressParser
{
    public static bool TryParse(string? text, [NotNullWhen(true)] out Address? address, out string path)
    {
        address = null;
        path = "/";
        if (text is null)
        {
            return false;
        }

        var schemeEnd = text.IndexOf("://", StringComparison.Ordinal);
        if (schemeEnd <= 0 || !text.AsSpan(0, schemeEnd).StartsWith("akka", StringComparison.Ordinal))
        {
            return false;
        }

        var authorityStart = schemeEnd + 3;
        var slash = text.IndexOf('/', authorityStart);
        var authority = slash < 0 ? text[authorityStart..] : text[authorityStart..slash];
        if (authority.Any(IsSpaceOrControl) || !TryParseAuthority(text[..schemeEnd], authority, out address))
        {
            return false;
        }

        path = slash < 0 ? "/" : text[slash..];
        return true;
    }

    /// <summary>No name has these, and a line of text that ends with one may lose it.</summary>
    private static bool IsSpaceOrControl(char one) => char.IsWhiteSpace(one) || char.IsControl(one);

    private static bool TryParseAuthority(string protocol, string authority, [NotNullWhen(true)] out Address? address)
    {
        address = null;
        var at = authority.IndexOf('@', StringComparison.Ordinal);
        if (at < 0)
        {
            if (authority.Length == 0 || authority.Contains(':', StringComparison.Ordinal))
            {
                return false;
            }

            address = new Address(protocol, authority);
            return true;
        }

        var system = authority[..at];
        var hostPort = authority[(at + 1)..];
        var colon = hostPort.LastIndexOf(':');
        var isPortless = colon < 0 || hostPort.EndsWith(']');
        var host = isPortless ? hostPort : hostPort[..colon];
        int? port = null;
        if (!isPortless)
        {
            if (!int.TryParse(hostPort.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number > 65535)
            {
                return false;
            }

            port = number;
        }

        if (system.Length == 0 || host.Length == 0)
        {
            return false;
        }

        address = new Address(protocol, system, host, port);
        return true;
    }
}
