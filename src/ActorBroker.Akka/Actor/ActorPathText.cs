using System.Globalization;

namespace Akka.Actor;

/// <summary>What a name in a path may look like. Source: RFC 2396 path segments, as Akka uses them.</summary>
internal static class ActorPathText
{
    public static bool IsValidElement(string? s)
    {
        // Names that begin with $ are the generated ones.
        if (string.IsNullOrEmpty(s) || s[0] == '$')
        {
            return false;
        }

        for (var i = 0; i < s.Length; i++)
        {
            if (char.IsAsciiLetterOrDigit(s[i]) || ActorPath.ValidSymbols.Contains(s[i], StringComparison.Ordinal))
            {
                continue;
            }

            if (s[i] != '%' || i + 2 >= s.Length || !char.IsAsciiHexDigit(s[i + 1]) || !char.IsAsciiHexDigit(s[i + 2]))
            {
                return false;
            }

            i += 2;
        }

        return true;
    }

    /// <summary>"name#12" is the name and the incarnation.</summary>
    public static (string Name, long Uid) SplitNameAndUid(string element)
    {
        var hash = element.IndexOf('#', StringComparison.Ordinal);
        if (hash < 0)
        {
            return (element, ActorPath.UndefinedUid);
        }

        return long.TryParse(element.AsSpan(hash + 1), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var uid)
            ? (element[..hash], uid)
            : (element[..hash], ActorPath.UndefinedUid);
    }
}
