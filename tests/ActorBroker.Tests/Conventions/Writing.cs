using System.Text.RegularExpressions;

namespace ActorBroker.Tests.Conventions;

/// <summary>Rules for what people read: comments, links, paths.</summary>
public static partial class Writing
{
    public static IEnumerable<Finding> Notes(SourceFile file) => FindIn(file, file.Comments, NoteWord(),
        word => $"`{word}` in a comment: do it now, or say what the code does and why that is enough.");

    /// <summary>A path that exists on one machine only.</summary>
    public static IEnumerable<Finding> MachinePaths(SourceFile file) => FindIn(file, file.Text, MachinePath(),
        path => $"machine path `{path}`: use a relative one, or Path.GetTempPath().");

    /// <summary>A catch block that does nothing and does not say why.</summary>
    public static IEnumerable<Finding> SilentCatches(SourceFile file)
    {
        foreach (Match match in EmptyCatch().Matches(file.Code))
        {
            var braces = match.Groups["body"];
            if (!string.IsNullOrWhiteSpace(file.Comments.Substring(braces.Index, braces.Length))) continue;
            yield return new Finding(file.Path, file.LineAt(match.Index), "a catch that swallows: handle it, let it go up, or say in it why nothing is to do.");
        }
    }

    /// <summary>A relative link of a Markdown file that leads nowhere.</summary>
    /// <param name="exists">Whether a path relative to the repository exists.</param>
    public static IEnumerable<Finding> DeadLinks(SourceFile file, Func<string, bool> exists)
    {
        var folder = Path.GetDirectoryName(file.Path) ?? "";
        foreach (Match match in Link().Matches(CodeSpan().Replace(file.Text, span => new string(' ', span.Length))))
        {
            var target = match.Groups["to"].Value.Split('#')[0];
            if (target.Length == 0 || target.Contains(':', StringComparison.Ordinal)) continue;
            var path = Path.GetRelativePath(".", Path.Combine(folder, Uri.UnescapeDataString(target))).Replace('\\', '/');
            if (!exists(path)) yield return new Finding(file.Path, file.LineAt(match.Index), $"dead link to {target}.");
        }
    }

    private static IEnumerable<Finding> FindIn(SourceFile file, string text, Regex pattern, Func<string, string> message)
    {
        foreach (Match match in pattern.Matches(text))
        {
            yield return new Finding(file.Path, file.LineAt(match.Index), message(match.Value.Trim()));
        }
    }

    [GeneratedRegex(@"\b(TODO|FIXME|HACK|XXX)\b")]
    private static partial Regex NoteWord();

    // Written so that this file does not contain such a path itself.
    [GeneratedRegex(@"(?<![\w.$}*])(/(tmp|root|work|home/\w+|Users/\w+)/[\w.-]*|[A-Z]:\\{1,2}(Users|temp)\b)", RegexOptions.IgnoreCase)]
    private static partial Regex MachinePath();

    [GeneratedRegex(@"\bcatch\b\s*(\([^{]*\))?\s*(?<body>\{\s*\})")]
    private static partial Regex EmptyCatch();

    [GeneratedRegex(@"\[[^\]\n]*\]\((?<to>[^)\s]+)(\s+""[^""]*"")?\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"(?ms)^```.*?^```|`[^`\n]*`")]
    private static partial Regex CodeSpan();
}
