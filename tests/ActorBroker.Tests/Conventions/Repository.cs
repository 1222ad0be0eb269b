using System.Runtime.CompilerServices;

namespace ActorBroker.Tests.Conventions;

/// <summary>The files of the repository as they lie on disk. Needs no version control: what .gitignore names is left out.</summary>
public static class Repository
{
    private const string Solution = "ActorBroker.sln";
    private static readonly string[] TextEndings =
        [".cs", ".csproj", ".props", ".sln", ".md", ".hocon", ".conf", ".json", ".js", ".mjs", ".msg", ".py", ".yml", ".txt", ".sh"];

    private static readonly Lazy<string> LazyRoot = new(() => FindRoot());
    private static readonly Lazy<string[]> LazyIgnored = new(ReadIgnored);
    private static readonly Lazy<SourceFile[]> LazySources = new(() => [.. Files("src").Concat(Files("tests"))
        .Where(path => path.EndsWith(".cs", StringComparison.Ordinal)).Select(Read)]);

    public static string Root => LazyRoot.Value;

    /// <summary>Every C# file under src and tests.</summary>
    public static IReadOnlyList<SourceFile> Sources => LazySources.Value;

    /// <summary>Names at the top, without build leftovers.</summary>
    public static IEnumerable<string> TopLevel => Directory.EnumerateFileSystemEntries(Root)
        .Select(Path.GetFileName).OfType<string>().Where(name => !IsIgnored(name)).Order(StringComparer.Ordinal);

    /// <summary>Relative paths of all files below a folder, without build leftovers.</summary>
    public static IEnumerable<string> Files(string folder)
    {
        var full = Path.Combine(Root, folder);
        if (!Directory.Exists(full)) yield break;
        foreach (var file in Directory.EnumerateFiles(full).Order(StringComparer.Ordinal))
        {
            if (!IsIgnored(Path.GetFileName(file))) yield return Relative(file);
        }

        foreach (var child in Directory.EnumerateDirectories(full).Order(StringComparer.Ordinal))
        {
            if (IsIgnored(Path.GetFileName(child))) continue;
            foreach (var file in Files(Relative(child))) yield return file;
        }
    }

    /// <summary>Every file that is meant to be read by people, at the top and below src, tests and config.</summary>
    public static IEnumerable<SourceFile> Texts => TopLevel.Where(name => File.Exists(Path.Combine(Root, name)))
        .Concat(Files("src")).Concat(Files("tests")).Concat(Files("config"))
        .Where(path => TextEndings.Contains(Path.GetExtension(path)) || Path.GetFileName(path) is ".editorconfig" or ".gitignore")
        .Select(Read);

    public static SourceFile Read(string path) => new(path, File.ReadAllText(Path.Combine(Root, path)).ReplaceLineEndings("\n"));

    public static bool Exists(string path) => Path.Exists(Path.Combine(Root, path));

    private static string Relative(string full) => Path.GetRelativePath(Root, full).Replace('\\', '/');

    private static bool IsIgnored(string name) => LazyIgnored.Value.Any(pattern =>
        pattern.StartsWith('*') ? name.EndsWith(pattern[1..], StringComparison.Ordinal) : name == pattern);

    private static string[] ReadIgnored() => [.. File.ReadLines(Path.Combine(Root, ".gitignore"))
        .Select(line => line.Trim().Trim('/')).Where(line => line.Length > 0 && line[0] != '#')];

    private static string FindRoot([CallerFilePath] string thisFile = "")
    {
        foreach (var start in new[] { AppContext.BaseDirectory, Path.GetDirectoryName(thisFile) ?? "", Environment.CurrentDirectory })
        {
            for (var folder = start; !string.IsNullOrEmpty(folder); folder = Path.GetDirectoryName(folder))
            {
                if (File.Exists(Path.Combine(folder, Solution))) return folder;
            }
        }

        throw new FileNotFoundException($"{Solution} is in no folder above {AppContext.BaseDirectory}: run the tests inside the repository.");
    }
}
