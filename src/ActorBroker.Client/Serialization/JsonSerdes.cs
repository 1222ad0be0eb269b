using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ActorBroker.Client;

/// <summary>JSON as UTF-8 without line breaks.</summary>
/// <param name="type">How the type is written: generated at build time, or found by reflection.</param>
internal sealed class JsonSerde<T>(JsonTypeInfo<T> type) : ISerializer<T>, IDeserializer<T>
{
    public JsonSerde(JsonSerializerOptions? options)
        : this((JsonTypeInfo<T>)(options ?? JsonSerializerOptions.Default).GetTypeInfo(typeof(T)))
    {
    }

    public void Serialize(T value, IBufferWriter<byte> to)
    {
        using var writer = new Utf8JsonWriter(to, new JsonWriterOptions { SkipValidation = true });
        try
        {
            JsonSerializer.Serialize(writer, value, type);
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            throw new RecordFormatException($"A {typeof(T).Name} cannot be written as JSON: {cause.Message}", cause);
        }
    }

    public T Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return JsonSerializer.Deserialize(bytes, type)!;
        }
        catch (Exception cause) when (cause is JsonException or NotSupportedException)
        {
            throw new RecordFormatException($"The {bytes.Length} bytes are not the JSON of a {typeof(T).Name}: {cause.Message}", cause);
        }
    }
}
