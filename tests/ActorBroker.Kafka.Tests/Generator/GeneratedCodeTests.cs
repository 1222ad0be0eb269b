namespace ActorBroker.Kafka.Tests.Generator;

/// <summary>The generated messages are what the definitions say. After a change of a definition:
/// <c>ACTORBROKER_REGENERATE=1 dotnet test tests/ActorBroker.Kafka.Tests --filter GeneratedCodeTests</c>.</summary>
public sealed class GeneratedCodeTests
{
    [Fact]
    public void Generated_messages_match_their_definitions()
    {
        var source = Path.Combine(SourceFolder.Root, "src", "ActorBroker.Kafka", "Messages");
        var target = Path.Combine(source, "Generated");
        var expected = Directory.EnumerateFiles(Path.Combine(source, "Definitions"), "*.msg")
            .SelectMany(MessageDefinition.ParseFile)
            .ToDictionary(message => message.Name + ".cs", MessageGenerator.Generate);
        var table = TableGenerator.Generate(
            Directory.EnumerateFiles(Path.Combine(source, "Definitions"), "*.msg").SelectMany(MessageDefinition.ParseFile).ToArray());
        expected.Add("MessageTable.cs", table);

        if (Environment.GetEnvironmentVariable("ACTORBROKER_REGENERATE") == "1")
        {
            Directory.CreateDirectory(target);
            foreach (var old in Directory.EnumerateFiles(target))
            {
                File.Delete(old);
            }

            foreach (var (name, code) in expected)
            {
                File.WriteAllText(Path.Combine(target, name), code);
            }
        }

        Assert.Equal(expected.Keys.Order(StringComparer.Ordinal), Directory.EnumerateFiles(target).Select(Path.GetFileName).Order(StringComparer.Ordinal)!);
        foreach (var (name, code) in expected)
        {
            Assert.Equal(code, File.ReadAllText(Path.Combine(target, name)).ReplaceLineEndings("\n"));
        }
    }
}
