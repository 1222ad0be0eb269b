using System.Text.RegularExpressions;

namespace Akka.TestKit.Internal.StringMatcher;

/// <summary>What a text of a log event must be like.</summary>
public interface IStringMatcher
{
    bool IsMatch(string s);
}

internal sealed class MatchesAll : IStringMatcher
{
    public static readonly MatchesAll Instance = new();

    public bool IsMatch(string s) => true;

    public override string ToString() => "matches anything";
}

internal sealed class EqualsString(string wanted) : IStringMatcher
{
    public bool IsMatch(string s) => s == wanted;

    public override string ToString() => $"== \"{wanted}\"";
}

internal sealed class StartsWithString(string start) : IStringMatcher
{
    public bool IsMatch(string s) => s.StartsWith(start, StringComparison.Ordinal);

    public override string ToString() => $"starts with \"{start}\"";
}

internal sealed class ContainsString(string part) : IStringMatcher
{
    public bool IsMatch(string s) => s.Contains(part, StringComparison.Ordinal);

    public override string ToString() => $"contains \"{part}\"";
}

internal sealed class RegexMatcher(Regex regex) : IStringMatcher
{
    public bool IsMatch(string s) => regex.IsMatch(s);

    public override string ToString() => $"matches regex \"{regex}\"";
}

/// <summary>A log source: the same text, or an actor's path without the address of its system.</summary>
internal sealed class SourceMatcher(string wanted) : IStringMatcher
{
    private readonly string _path = "/" + wanted.TrimStart('/');

    public bool IsMatch(string s) =>
        s == wanted
        || (s.Contains("://", StringComparison.Ordinal) && !wanted.Contains("://", StringComparison.Ordinal)
            && s.EndsWith(_path, StringComparison.Ordinal))
        || (wanted.Contains("://", StringComparison.Ordinal) && PathOf(s) == PathOf(wanted));

    public override string ToString() => $"== \"{wanted}\"";

    /// <summary>The path behind the address: "akka.tcp://a@host:1/user/b" and "akka://a/user/b" are one actor of a test.</summary>
    private static string PathOf(string source)
    {
        var address = source.IndexOf("://", StringComparison.Ordinal);
        var path = address < 0 ? -1 : source.IndexOf('/', address + 3);
        var end = source.IndexOf('#', StringComparison.Ordinal);
        return path < 0 ? source : source[path..(end < 0 ? source.Length : end)];
    }
}
