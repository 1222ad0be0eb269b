using System.Text.Json;

namespace ActorBroker.Log.Tests.Vectors;

/// <summary>Golden bytes: each folder holds vector.hex (what a client sent) and expected.json (what it means).</summary>
public static class VectorFolder
{
    public static TheoryData<string> Batches => Named("batch-*");

    public static TheoryData<string> MessageSets => Named("messageset-*");

    public static byte[] Bytes(string name) =>
        Convert.FromHexString(string.Concat(File.ReadAllLines(Path.Combine(Root(), name, "vector.hex")).Select(line => line.Trim())));

    public static JsonElement Expected(string name)
    {
        using var document = JsonDocument.Parse(File.ReadAllText(Path.Combine(Root(), name, "expected.json")));
        return document.RootElement.Clone();
    }

    private static TheoryData<string> Named(string pattern)
    {
        var names = Directory.GetDirectories(Root(), pattern).Select(folder => Path.GetFileName(folder)!).Order(StringComparer.Ordinal);
        return [.. names];
    }

    private static string Root() => Path.Combine(SourceFolder.OfTests, "Vectors");
}
