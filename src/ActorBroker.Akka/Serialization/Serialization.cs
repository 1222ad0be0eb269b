using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Event;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>The serializers of an actor system, and which type has which: <c>akka.actor.serializers</c> and <c>akka.actor.serialization-bindings</c>.</summary>
/// <remarks>Any thread. Types without a binding are not serialized: there is no serializer here that takes anything, and none
/// that loads a type by a name found in the bytes.</remarks>
public class Serialization
{
    [ThreadStatic]
    private static Information? _currentInformation;

    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly ConcurrentDictionary<string, Serializer> _byName = new();
    private readonly ConcurrentDictionary<Type, Serializer> _bindings = new();
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();
    private readonly NullSerializer _null;

    public Serialization(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        _null = new NullSerializer(system);
        AddSerializer("null", _null);
        AddBound("bytes", new ByteArraySerializer(system), typeof(byte[]));
        AddBound("primitive", new PrimitiveSerializers(system), typeof(string), typeof(int), typeof(long));
        ReadConfigured(system);
    }

    public ActorSystem System { get; }

    /// <summary>The system that serializes on this thread.</summary>
    public static Information? CurrentTransportInformation => _currentInformation;

    /// <summary>Runs an action with the system set as the one that serializes.</summary>
    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var before = _currentInformation;
        _currentInformation = new Information(address, system);
        try
        {
            return action();
        }
        finally
        {
            _currentInformation = before;
        }
    }

    /// <summary>The path of an actor as it stands in messages.</summary>
    public static string SerializedActorPath(IActorRef actorRef)
    {
        if (actorRef is null || Equals(actorRef, ActorRefs.NoSender))
        {
            return "";
        }

        var path = actorRef.Path;
        return _currentInformation?.Address is { } address ? path.ToSerializationFormatWithAddress(address) : path.ToSerializationFormat();
    }

    public void AddSerializer(string name, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        if (_byId.TryGetValue(serializer.Identifier, out var other) && other.GetType() != serializer.GetType())
        {
            throw new ArgumentException($"Serializer identifier [{serializer.Identifier}] of [{serializer.GetType()}] is not unique. It is also used by [{other.GetType()}].", nameof(serializer));
        }

        _byName[name] = serializer;
        _byId[serializer.Identifier] = serializer;
    }

    /// <summary>From now on objects of the type, and of types derived from it, have this serializer.</summary>
    public void AddSerializationMap(Type type, Serializer serializer)
    {
        _bindings[type] = serializer;
        _found.Clear();
    }

    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    /// <exception cref="SerializationException">There is no serializer of this number.</exception>
    public object Deserialize(byte[] bytes, int serializerId, Type type) => ById(serializerId, type?.FullName).FromBinary(bytes, type!);

    /// <exception cref="SerializationException">There is no serializer of this number, or it needs a type instead of a manifest.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = ById(serializerId, manifest);
        return serializer switch
        {
            SerializerWithStringManifest named => named.FromBinary(bytes, manifest),
            { IncludeManifest: false } => serializer.FromBinary(bytes, null!),
            _ => throw new SerializationException($"Serializer [{serializer.GetType()}] wants a type; a type is not loaded by a name [{manifest}] that comes with the bytes. Make it a SerializerWithStringManifest."),
        };
    }

    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) => obj is null ? _null : FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <summary>The serializer of the type, or of the nearest type above it that has one.</summary>
    /// <exception cref="SerializationException">None has; the message says what to configure.</exception>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        ArgumentNullException.ThrowIfNull(objectType);
        if (_found.TryGetValue(objectType, out var known))
        {
            return known;
        }

        Serializer? best = null;
        Type? bestType = null;
        foreach (var (type, serializer) in _bindings)
        {
            if (type.IsAssignableFrom(objectType) && (bestType is null || bestType.IsAssignableFrom(type)))
            {
                (best, bestType) = (serializer, type);
            }
        }

        best ??= defaultSerializerName is not null ? _byName.GetValueOrDefault(defaultSerializerName) : null;
        return _found[objectType] = best ?? throw new SerializationException(
            $"There is no serializer for {objectType}. Name one under akka.actor.serializers and bind the type to it: akka.actor.serialization-bindings {{ \"{objectType.FullName}, {objectType.Assembly.GetName().Name}\" = name }}.");
    }

    public Serializer GetSerializerById(int serializerId) => _byId.GetValueOrDefault(serializerId)!;

    private Serializer ById(int serializerId, string? manifest) => _byId.TryGetValue(serializerId, out var serializer)
        ? serializer
        : throw new SerializationException(
            $"Cannot find serializer with id [{serializerId}] (manifest [{manifest}]). The most probable reason is that the configuration entry 'akka.actor.serializers' is not in sync between the two systems.");

    private void AddBound(string name, Serializer serializer, params Type[] types)
    {
        AddSerializer(name, serializer);
        foreach (var type in types)
        {
            _bindings[type] = serializer;
        }
    }

    private void ReadConfigured(ExtendedActorSystem system)
    {
        var config = system.Settings.Config;
        foreach (var (name, type) in config.GetConfig("akka.actor.serializers")?.AsEnumerable() ?? [])
        {
            AddSerializer(name, Make(name, type.GetString(), system));
        }

        foreach (var (typeName, serializerName) in config.GetConfig("akka.actor.serialization-bindings")?.AsEnumerable() ?? [])
        {
            var type = ConfiguredTypes.Find(typeName.Trim('"'));
            if (type is null)
            {
                system.Log.Warning("The type name for message/serializer binding '{0}' did not resolve to an actual Type: '{1}'", serializerName.GetString(), typeName);
                continue;
            }

            _bindings[type] = _byName.TryGetValue(serializerName.GetString(), out var serializer)
                ? serializer
                : throw new Configuration.ConfigurationException($"akka.actor.serialization-bindings: {typeName} is bound to '{serializerName.GetString()}', which is not under akka.actor.serializers.");
        }
    }

    private static Serializer Make(string name, string typeName, ExtendedActorSystem system)
    {
        var type = ConfiguredTypes.Find(typeName)
            ?? throw new Configuration.ConfigurationException($"akka.actor.serializers.{name} = {typeName}: there is no such type.");
        return (Serializer)Activator.CreateInstance(type, system)!;
    }
}

/// <summary>Who serializes, for actor paths in messages.</summary>
public sealed class Information(Address address, ActorSystem system)
{
    public Address Address { get; } = address;

    public ActorSystem System { get; } = system;
}
