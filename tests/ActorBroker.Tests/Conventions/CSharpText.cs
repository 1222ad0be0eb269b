namespace ActorBroker.Tests.Conventions;

/// <summary>Tells code, comments and literals of C# apart, well enough for the house rules. What an interpolated string computes
/// counts as literal.</summary>
internal static class CSharpText
{
    private enum Part { Code, Comment, Literal }

    /// <summary>Two copies of the text: one with only the code left, one with only the comments. Line breaks stay in both.</summary>
    public static (string Code, string Comments) Split(string text)
    {
        var code = text.ToCharArray();
        var comments = text.ToCharArray();
        var at = 0;
        while (at < text.Length)
        {
            var (part, end) = Next(text, at);
            if (part != Part.Code) Blank(code, at, end);
            if (part != Part.Comment) Blank(comments, at, end);
            at = end;
        }

        return (new string(code), new string(comments));
    }

    private static void Blank(char[] text, int from, int to)
    {
        for (var i = from; i < to; i++)
        {
            if (text[i] != '\n') text[i] = ' ';
        }
    }

    private static (Part Part, int End) Next(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//")) return (Part.Comment, EndOfLine(text, at));
        if (rest.StartsWith("/*")) return (Part.Comment, After(text, "*/", at + 2));
        if (rest[0] == '\'') return (Part.Literal, EndOfEscaped(text, at + 1, '\''));
        if (rest[0] is '"' or '$' or '@')
        {
            var prefix = rest.IndexOfAnyExcept('$', '@');
            if (prefix >= 0 && rest[prefix] == '"') return (Part.Literal, EndOfString(text, at, prefix));
        }

        return (Part.Code, at + 1);
    }

    private static int EndOfString(string text, int start, int prefix)
    {
        var marks = text.AsSpan(start, prefix);
        var quotes = text.AsSpan(start + prefix).IndexOfAnyExcept('"');
        if (quotes < 0) return text.Length;
        var body = start + prefix + 1;
        if (quotes >= 3) return After(text, new string('"', quotes), start + prefix + quotes);
        if (marks.Contains('@')) return EndOfVerbatim(text, body);
        return marks.Contains('$') ? EndOfInterpolated(text, body) : EndOfEscaped(text, body, '"');
    }

    private static int EndOfEscaped(string text, int at, char quote)
    {
        while (at < text.Length && text[at] != quote && text[at] != '\n')
        {
            at += text[at] == '\\' ? 2 : 1;
        }

        return Math.Min(at + 1, text.Length);
    }

    private static int EndOfVerbatim(string text, int at)
    {
        for (; at < text.Length; at++)
        {
            if (text[at] != '"') continue;
            if (at + 1 == text.Length || text[at + 1] != '"') return at + 1;
            at++;
        }

        return text.Length;
    }

    /// <summary>Holes may hold strings of their own: <c>$"{(x ? "a" : "b")}"</c>.</summary>
    private static int EndOfInterpolated(string text, int at)
    {
        var depth = 0;
        while (at < text.Length)
        {
            var current = text[at];
            if (depth == 0 && current == '"') return at + 1;
            if (depth == 0 && current == '\\') at++;
            else if (current == '{' && depth == 0 && at + 1 < text.Length && text[at + 1] == '{') at++;
            else if (current == '{') depth++;
            else if (current == '}' && depth > 0) depth--;
            else if (depth > 0 && current is '"' or '\'')
            {
                at = current == '"' ? EndOfString(text, at, 0) : EndOfEscaped(text, at + 1, '\'');
                continue;
            }

            at++;
        }

        return text.Length;
    }

    private static int EndOfLine(string text, int at)
    {
        var end = text.IndexOf('\n', at);
        return end < 0 ? text.Length : end;
    }

    private static int After(string text, string mark, int from)
    {
        var at = text.IndexOf(mark, Math.Min(from, text.Length), StringComparison.Ordinal);
        return at < 0 ? text.Length : at + mark.Length;
    }
}
