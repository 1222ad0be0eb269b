using System.Runtime.Serialization;
using System.Text.Json;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>JSON for types that the application registers, each under a name of its own. Not Akka.NET's: there JSON is for
/// everything, and the bytes say which type is loaded.</summary>
/// <remarks><code>
/// akka.actor {
///   serializers.json = "Akka.Serialization.RegisteredJsonSerializer, Akka"
///   serialization-settings.json.types { order-placed = "Shop.OrderPlaced, Shop" }
///   serialization-bindings { "Shop.OrderPlaced, Shop" = json }
/// }
/// </code>
/// Both sides need the same names; the types may differ. Identifier 4701, or <c>serialization-settings.json.identifier</c>.</remarks>
public sealed class RegisteredJsonSerializer : SerializerWithStringManifest
{
    private const int DefaultIdentifier = 4701;

    private readonly Dictionary<string, Type> _types = new(StringComparer.Ordinal);
    private readonly Dictionary<Type, string> _names = [];

    /// <exception cref="ConfigurationException">A type does not exist, or has two names.</exception>
    public RegisteredJsonSerializer(ExtendedActorSystem system, Config settings)
        : base(system)
    {
        ArgumentNullException.ThrowIfNull(settings);
        Identifier = settings.GetInt("identifier", DefaultIdentifier);
        var types = settings.GetConfig("types");
        foreach (var (name, value) in types.IsNullOrEmpty() ? [] : types.AsEnumerable())
        {
            var typeName = value.GetString() ?? "";
            var type = ConfiguredTypes.Find(typeName)
                ?? throw new ConfigurationException($"RegisteredJsonSerializer, types.{name}: there is no type [{typeName}].");
            if (!_names.TryAdd(type, name))
            {
                throw new ConfigurationException($"RegisteredJsonSerializer: the type [{typeName}] has two names, {_names[type]} and {name}.");
            }

            _types[name] = type;
        }
    }

    public override int Identifier { get; }

    public override byte[] ToBinary(object obj)
    {
        ArgumentNullException.ThrowIfNull(obj);
        return JsonSerializer.SerializeToUtf8Bytes(obj, obj.GetType());
    }

    public override string Manifest(object o)
    {
        ArgumentNullException.ThrowIfNull(o);
        return _names.TryGetValue(o.GetType(), out var name)
            ? name
            : throw new ArgumentException($"The type [{o.GetType()}] has no name in serialization-settings: types.<name> = \"{TypeNames.Of(o.GetType())}\".");
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        if (!_types.TryGetValue(manifest, out var type))
        {
            throw new SerializationException($"No type is registered for JSON under the name [{manifest}].");
        }

        try
        {
            return JsonSerializer.Deserialize(bytes, type) ?? throw new SerializationException($"The JSON of [{manifest}] is null.");
        }
        catch (JsonException broken)
        {
            throw new SerializationException($"The bytes of [{manifest}] are not its JSON: {broken.Message}", broken);
        }
    }
}
