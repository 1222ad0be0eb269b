using System.Globalization;
using System.Text.Json;
using ActorBroker.Fuzz.Running;
using ActorBroker.Kafka;
using ActorBroker.Kafka.Frames;
using ActorBroker.Kafka.Wire;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Answers of a broker, as the command line tool reads them.</summary>
internal sealed class ResponseTarget : FuzzTarget
{
    private const string Folder = "ActorBroker.Kafka.Tests/Vectors";

    public override string Name => "responses";

    /// <summary>Each named by its API and version.</summary>
    public override IReadOnlyList<FuzzSeed> Seeds { get; } = [.. TestData.Vectors(Folder, "resp-").Select(vector => vector with { Name = KindOf(vector.Name) })];

    public override void Try(FuzzSeed seed, byte[] input)
    {
        var kind = seed.Name.Split(' ');
        var reader = new WireReader(input.AsMemory(Math.Min(FrameReader.LengthBytes, input.Length)));
        ResponseDecoder.Decode((ApiKey)short.Parse(kind[0], CultureInfo.InvariantCulture), short.Parse(kind[1], CultureInfo.InvariantCulture), ref reader, out _);
    }

    private static string KindOf(string vector)
    {
        using var expected = JsonDocument.Parse(TestData.Text($"{Folder}/{vector}/expected.json"));
        return $"{expected.RootElement.GetProperty("apiKey").GetInt16()} {expected.RootElement.GetProperty("apiVersion").GetInt16()} {vector}";
    }
}
