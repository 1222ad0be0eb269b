using System.Runtime.CompilerServices;
using ActorBroker.Fuzz.Running;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Right bytes that the other test projects hold, found beside the sources.</summary>
internal static class TestData
{
    private static readonly string Tests = FolderOfTests();

    /// <summary>The folders of hex files of a project: vectors that clients sent or took.</summary>
    /// <param name="folder">Below tests.</param>
    public static IReadOnlyList<FuzzSeed> Vectors(string folder, string prefix) =>
    [
        .. Directory.EnumerateDirectories(Path.Combine(Tests, folder), prefix + "*").Order(StringComparer.Ordinal)
            .Select(path => new FuzzSeed(Path.GetFileName(path), Convert.FromHexString(string.Concat(File.ReadLines(Path.Combine(path, "vector.hex")).Select(line => line.Trim()))))),
    ];

    /// <summary>The files of a folder.</summary>
    /// <param name="bytesMax">Larger ones are left out.</param>
    public static IReadOnlyList<FuzzSeed> FilesOf(string folder, string pattern, int bytesMax) =>
    [
        .. Directory.EnumerateFiles(Path.Combine(Tests, folder), pattern).Order(StringComparer.Ordinal)
            .Where(path => new FileInfo(path).Length <= bytesMax).Select(path => new FuzzSeed(Path.GetFileName(path), File.ReadAllBytes(path))),
    ];

    public static string Text(string file) => File.ReadAllText(Path.Combine(Tests, file));

    private static string FolderOfTests([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(Path.GetDirectoryName(here)!, "..", ".."));
}
