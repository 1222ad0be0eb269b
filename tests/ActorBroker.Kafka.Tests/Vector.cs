using System.Text.Json;
using Xunit.Abstractions;

namespace ActorBroker.Kafka.Tests;

/// <summary>Captured bytes with what they mean: a folder of Vectors, named for what it holds.</summary>
public sealed class Vector : IXunitSerializable
{
    private JsonDocument? _expected;
    private byte[]? _bytes;

    public string Name { get; private set; } = "";

    public byte[] Bytes => _bytes ??= Convert.FromHexString(string.Concat(File.ReadLines(PathOf("vector.hex"))));

    public JsonElement Expected => (_expected ??= JsonDocument.Parse(File.ReadAllText(PathOf("expected.json")))).RootElement;

    public static TheoryData<Vector> Requests => All("req-");

    public static TheoryData<Vector> Responses => All("resp-");

    public static Vector Named(string name) => new() { Name = name };

    public void Deserialize(IXunitSerializationInfo info) => Name = info.GetValue<string>(nameof(Name));

    public void Serialize(IXunitSerializationInfo info) => info.AddValue(nameof(Name), Name);

    public override string ToString() => Name;

    internal static IEnumerable<Vector> InFolder(string prefix) =>
        Directory.EnumerateDirectories(Path.Combine(SourceFolder.OfTests, "Vectors"), prefix + "*").Order(StringComparer.Ordinal).Select(path => Named(Path.GetFileName(path)));

    private static TheoryData<Vector> All(string prefix)
    {
        var data = new TheoryData<Vector>();
        foreach (var vector in InFolder(prefix))
        {
            data.Add(vector);
        }

        return data;
    }

    private string PathOf(string file) => Path.Combine(SourceFolder.OfTests, "Vectors", Name, file);
}
