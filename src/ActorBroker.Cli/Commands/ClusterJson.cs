using System.Text.Json;

namespace ActorBroker.Cli.Commands;

/// <summary>Arrays in the JSON of <c>cluster …</c></summary>
internal static class ClusterJson
{
    /// <summary>An array of objects.</summary>
    public static void WriteArray<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> writeMembers)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
        {
            json.WriteStartObject();
            writeMembers(item);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteNumbers(Utf8JsonWriter json, string name, IEnumerable<int> numbers)
    {
        json.WriteStartArray(name);
        foreach (var number in numbers) json.WriteNumberValue(number);
        json.WriteEndArray();
    }
}
