using System.Buffers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace ActorBroker.Client;

/// <summary>The serializers that come with the client. What they write is what Kafka's own serializers write.</summary>
public static class Serializers
{
    public static ISerializer<string> Utf8 => Utf8Serde.Instance;

    public static ISerializer<byte[]> Bytes => BytesSerde.Instance;

    public static ISerializer<ReadOnlyMemory<byte>> Memory => BytesSerde.Instance;

    /// <summary>As text of 36 characters.</summary>
    public static ISerializer<Guid> Guid => GuidSerde.Instance;

    /// <summary>Four bytes, big-endian.</summary>
    public static ISerializer<int> Int32 => Int32Serde.Instance;

    /// <summary>Eight bytes, big-endian.</summary>
    public static ISerializer<long> Int64 => Int64Serde.Instance;

    /// <summary>For records without key, or without value.</summary>
    public static ISerializer<Ignore?> Null => NullSerde.Instance;

    /// <param name="options">Null: the defaults of System.Text.Json.</param>
    public static ISerializer<T> Json<T>(JsonSerializerOptions? options = null) => new JsonSerde<T>(options);

    /// <param name="type">From a JsonSerializerContext: no reflection.</param>
    public static ISerializer<T> Json<T>(JsonTypeInfo<T> type) => new JsonSerde<T>(type);

    /// <summary>The one of a type that has one: string, byte[], ReadOnlyMemory&lt;byte&gt;, Guid, int, long, Ignore.</summary>
    /// <exception cref="ArgumentException">The type has none: it needs <see cref="Json{T}(JsonSerializerOptions)"/> or one of your own.</exception>
    public static ISerializer<T> Default<T>() => Serdes.Find<T>() as ISerializer<T> ?? throw Serdes.NoDefault<T>("serializer");
}

/// <summary>The deserializers that come with the client, for what <see cref="Serializers"/> writes.</summary>
public static class Deserializers
{
    /// <summary>Bytes that are not UTF-8 are refused.</summary>
    public static IDeserializer<string> Utf8 => Utf8Serde.Instance;

    public static IDeserializer<byte[]> Bytes => BytesSerde.Instance;

    /// <summary>Not copied where the batch is not compressed: the value keeps the message that it came with, up to some megabytes, from
    /// being collected.</summary>
    public static IDeserializer<ReadOnlyMemory<byte>> Memory => BytesSerde.Instance;

    public static IDeserializer<Guid> Guid => GuidSerde.Instance;

    public static IDeserializer<int> Int32 => Int32Serde.Instance;

    public static IDeserializer<long> Int64 => Int64Serde.Instance;

    /// <summary>Reads anything as null.</summary>
    public static IDeserializer<Ignore?> Null => NullSerde.Instance;

    /// <inheritdoc cref="Serializers.Json{T}(JsonSerializerOptions)"/>
    public static IDeserializer<T> Json<T>(JsonSerializerOptions? options = null) => new JsonSerde<T>(options);

    /// <inheritdoc cref="Serializers.Json{T}(JsonTypeInfo{T})"/>
    public static IDeserializer<T> Json<T>(JsonTypeInfo<T> type) => new JsonSerde<T>(type);

    /// <inheritdoc cref="Serializers.Default{T}"/>
    public static IDeserializer<T> Default<T>() => Serdes.Find<T>() as IDeserializer<T> ?? throw Serdes.NoDefault<T>("deserializer");
}

/// <summary>What has neither bytes nor a value.</summary>
internal sealed class NullSerde : ISerializer<Ignore?>, IDeserializer<Ignore?>
{
    public static readonly NullSerde Instance = new();

    public void Serialize(Ignore? value, IBufferWriter<byte> to)
    {
        // Null is the only value, and the caller writes nulls itself.
    }

    public Ignore? Deserialize(ReadOnlySpan<byte> bytes) => null;
}

internal static class Serdes
{
    public static object? Find<T>() => Type.GetTypeCode(typeof(T)) switch
    {
        TypeCode.String => Utf8Serde.Instance,
        TypeCode.Int32 when !typeof(T).IsEnum => Int32Serde.Instance,
        TypeCode.Int64 when !typeof(T).IsEnum => Int64Serde.Instance,
        _ when typeof(T) == typeof(byte[]) || typeof(T) == typeof(ReadOnlyMemory<byte>) => BytesSerde.Instance,
        _ when typeof(T) == typeof(Guid) => GuidSerde.Instance,
        _ when typeof(T) == typeof(Ignore) => NullSerde.Instance,
        _ => null,
    };

    public static ArgumentException NoDefault<T>(string what) =>
        new($"There is no default {what} of {typeof(T)}. Set one in the options: {(what == "serializer" ? "Serializers" : "Deserializers")}.Json<{typeof(T).Name}>(), or your own.");
}
