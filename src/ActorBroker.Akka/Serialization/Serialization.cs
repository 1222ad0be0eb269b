using System.Collections.Concurrent;
using System.Runtime.Serialization;
using Akka.Actor;
using Akka.Configuration;
using Akka.Util;

namespace Akka.Serialization;

/// <summary>
/// A system's serializers, by <c>akka.actor.serializers</c>, and which types they are for, by
/// <c>akka.actor.serialization-bindings</c>. Thread-safe.
/// </summary>
/// <remarks>There is no serializer for types that nobody has bound, and bytes from elsewhere never choose a class to load:
/// a manifest that is a type's name is only accepted for types that are bound to that serializer.</remarks>
public class Serialization
{
    [ThreadStatic]
    private static Information? _transport;

    private readonly ConcurrentDictionary<string, Serializer> _byName = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<int, Serializer> _byId = new();
    private readonly ConcurrentDictionary<Type, Serializer> _bindings = new();
    private readonly ConcurrentDictionary<Type, Serializer> _found = new();
    private readonly ConcurrentDictionary<(int Id, string Manifest), Type> _manifests = new();
    private readonly NullSerializer _null;

    /// <exception cref="ConfigurationException">A serializer or a bound type does not exist or does not fit.</exception>
    public Serialization(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        _null = new NullSerializer(system);
        _byId[_null.Identifier] = _null;
        var config = system.Settings.Config;
        foreach (var (name, typeName) in Entries(config, "akka.actor.serializers"))
        {
            AddSerializer(name, Make(name, typeName));
        }

        foreach (var (typeName, name) in Entries(config, "akka.actor.serialization-bindings"))
        {
            AddBinding(typeName, name);
        }
    }

    public ExtendedActorSystem System { get; }

    /// <summary>Runs <paramref name="action"/> with the system's default address as the one under which others know it.</summary>
    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(system);
        return WithTransport(system, system.Provider.DefaultAddress, action);
    }

    public static T WithTransport<T>(ActorSystem system, Address address, Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        var outer = _transport;
        _transport = new Information(address, system);
        try
        {
            return action();
        }
        finally
        {
            _transport = outer;
        }
    }

    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return WithTransport(system, () => action(state));
    }

    /// <summary>Sets for whom this thread serializes; returns what was set before, to be set again.</summary>
    internal static Information? SwapTransport(Information? transport)
    {
        var before = _transport;
        _transport = transport;
        return before;
    }

    /// <exception cref="InvalidOperationException">Nothing is being serialized on this thread.</exception>
    public static Information GetCurrentTransportInformation() => _transport
        ?? throw new InvalidOperationException("CurrentTransportInformation is not set. Use Serialization.WithTransport<T>.");

    /// <summary>The path of a reference as others can use it, with its incarnation; "" for none.</summary>
#nullable disable annotations // null stands for nobody, which callers of Akka.NET's API see unannotated
    public static string SerializedActorPath(IActorRef actorRef)
#nullable restore annotations
    {
        if (actorRef is null || actorRef.Equals(ActorRefs.NoSender))
        {
            return "";
        }

        var provider = (actorRef as IInternalActorRef)?.Provider;
        if (_transport is not { } transport)
        {
            return provider is null
                ? actorRef.Path.ToSerializationFormat()
                : actorRef.Path.ToSerializationFormatWithAddress(provider.DefaultAddress);
        }

        if (provider is null || ReferenceEquals((transport.System as ExtendedActorSystem)?.Provider, provider))
        {
            return actorRef.Path.ToSerializationFormatWithAddress(transport.Address);
        }

        return actorRef.Path.ToSerializationFormatWithAddress(provider.GetExternalAddressFor(transport.Address) ?? provider.DefaultAddress);
    }

    /// <summary>What has to be kept beside the bytes so that they can be read again.</summary>
    public static string ManifestFor(Serializer s, object msg)
    {
        ArgumentNullException.ThrowIfNull(s);
        ArgumentNullException.ThrowIfNull(msg);
        return s is SerializerWithStringManifest named ? named.Manifest(msg) : s.IncludeManifest ? TypeNames.Of(msg.GetType()) : "";
    }

    public void AddSerializer(string name, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(serializer);
        _byId[serializer.Identifier] = serializer;
        _byName[name] = serializer;
    }

    /// <summary>Uses <paramref name="serializer"/> for that type and what derives from it.</summary>
    public void AddSerializationMap(Type type, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(serializer);
        _byId.TryAdd(serializer.Identifier, serializer);
        _bindings[type] = serializer;
        _found.Clear();
    }

    /// <exception cref="SerializationException">No serializer is bound to its type; the message names the key.</exception>
    public byte[] Serialize(object o) => FindSerializerFor(o).ToBinary(o);

    /// <summary>Reads bytes that were written by the serializer of that number.</summary>
    /// <exception cref="SerializationException">There is none, or the manifest or the bytes are not its own.</exception>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        var serializer = ById(serializerId);
        return serializer is SerializerWithStringManifest named
            ? named.FromBinary(bytes, manifest)
            : serializer.FromBinary(bytes, string.IsNullOrEmpty(manifest) ? null! : BoundType(serializer, manifest));
    }

    public object Deserialize(byte[] bytes, int serializerId, Type type) => ById(serializerId).FromBinary(bytes, type);

    /// <summary>The actor of a <see cref="SerializedActorPath"/>; a dead one when it is not there any more.</summary>
    public IActorRef DeserializeActorRef(string path) => System.Provider.ResolveActorRef(path);

#nullable disable annotations // as above, for null
    /// <exception cref="SerializationException">No serializer is bound to its type; the message names the key.</exception>
    public Serializer FindSerializerFor(object obj, string defaultSerializerName = null) =>
        obj is null ? _null : FindSerializerForType(obj.GetType(), defaultSerializerName);
#nullable restore annotations

    /// <summary>The serializer that is bound to the type, or to the most specific of its bases and interfaces that is bound.</summary>
    /// <param name="defaultSerializerName">Used when nothing more specific than <see cref="object"/> is bound.</param>
    /// <exception cref="SerializationException">There is none; the message names the key.</exception>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null)
    {
        ArgumentNullException.ThrowIfNull(objectType);
        if (_found.TryGetValue(objectType, out var serializer))
        {
            return serializer;
        }

        var best = MostSpecific(objectType);
        if ((best is null || best == typeof(object)) && defaultSerializerName is not null && _byName.TryGetValue(defaultSerializerName, out var named))
        {
            return named;
        }

        if (best is null)
        {
            throw new SerializationException(
                $"No serializer is bound to [{objectType}]. Set akka.actor.serialization-bindings.\"{TypeNames.Of(objectType)}\" to the name "
                + $"of one of akka.actor.serializers: {string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}.");
        }

        return _found.GetOrAdd(objectType, _bindings[best]);
    }

    internal Serializer? GetSerializerById(int serializerId) => _byId.GetValueOrDefault(serializerId);

    private static (string Key, string Value)[] Entries(Config config, string path)
    {
        var part = config.GetConfig(path);
        return part.IsNullOrEmpty() ? [] : part.AsEnumerable().Select(entry => (entry.Key, entry.Value.GetString() ?? "")).ToArray();
    }

    private Serializer ById(int serializerId) => GetSerializerById(serializerId)
        ?? throw new SerializationException(
            $"Cannot find serializer with id [{serializerId}]. Add it to akka.actor.serializers; both sides need the same ones.");

    private Serializer Make(string name, string typeName)
    {
        var type = ConfiguredTypes.Find(typeName)
            ?? throw new ConfigurationException($"akka.actor.serializers.{name}: there is no type [{typeName}].");
        var settings = System.Settings.Config.GetConfig("akka.actor.serialization-settings." + name) ?? Config.Empty;
        try
        {
            var takesSettings = type.GetConstructor([typeof(ExtendedActorSystem), typeof(Config)]) is not null;
            var instance = takesSettings ? Activator.CreateInstance(type, System, settings) : Activator.CreateInstance(type, System);
            return instance as Serializer
                ?? throw new ConfigurationException($"akka.actor.serializers.{name}: [{typeName}] is not an Akka.Serialization.Serializer.");
        }
        catch (MissingMethodException missing)
        {
            throw new ConfigurationException($"akka.actor.serializers.{name}: [{typeName}] has no constructor of one ExtendedActorSystem.", missing);
        }
    }

    private void AddBinding(string typeName, string name)
    {
        if (name.Length == 0 || name == "none")
        {
            return;   // a binding of the defaults, taken away
        }

        if (!_byName.TryGetValue(name, out var serializer))
        {
            throw new ConfigurationException(
                $"akka.actor.serialization-bindings.\"{typeName}\" = {name}: akka.actor.serializers has no such name, only "
                + $"{string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal))}.");
        }

        AddSerializationMap(
            ConfiguredTypes.Find(typeName) ?? throw new ConfigurationException($"akka.actor.serialization-bindings: there is no type [{typeName}]."),
            serializer);
    }

    private Type? MostSpecific(Type objectType)
    {
        if (_bindings.ContainsKey(objectType))
        {
            return objectType;
        }

        Type? best = null;
        foreach (var candidate in _bindings.Keys)
        {
            if (candidate.IsAssignableFrom(objectType) && (best is null || IsMoreSpecific(candidate, best)))
            {
                best = candidate;
            }
        }

        return best;
    }

    /// <summary>A derived type before its base; of two that have nothing to do with each other a class before an interface,
    /// then the first by name, so that each run decides alike.</summary>
    private static bool IsMoreSpecific(Type candidate, Type than)
    {
        if (than.IsAssignableFrom(candidate) || candidate.IsAssignableFrom(than))
        {
            return than.IsAssignableFrom(candidate);
        }

        return candidate.IsInterface == than.IsInterface
            ? string.CompareOrdinal(candidate.FullName, than.FullName) < 0
            : than.IsInterface;
    }

    /// <summary>The type that a manifest names, looked for among the types that are bound to the serializer, and what derives
    /// from them in their own assemblies. Nothing is loaded.</summary>
    private Type BoundType(Serializer serializer, string manifest) => _manifests.TryGetValue((serializer.Identifier, manifest), out var known)
        ? known
        : FindBoundType(serializer, manifest);

    private Type FindBoundType(Serializer serializer, string manifest)
    {
        var (name, assembly) = TypeNames.Split(manifest);
        foreach (var (bound, by) in _bindings)
        {
            if (by.Identifier != serializer.Identifier)
            {
                continue;
            }

            var type = bound.FullName == name ? bound : bound == typeof(object) ? null : bound.Assembly.GetType(name, throwOnError: false);
            if (type is not null && bound.IsAssignableFrom(type) && (assembly.Length == 0 || assembly == TypeNames.AssemblyOf(type)))
            {
                return _manifests[(serializer.Identifier, manifest)] = type;
            }
        }

        throw new SerializationException(
            $"[{manifest}] is not a type that is bound to the serializer [{serializer.GetType()}] (id {serializer.Identifier}). "
            + $"Set akka.actor.serialization-bindings.\"{manifest}\" if it may be received.");
    }
}
