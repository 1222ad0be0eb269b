using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Turns objects into bytes and back.</summary>
public abstract class Serializer
{
    protected readonly ExtendedActorSystem system;
    private readonly Lazy<int> _identifier;

    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _identifier = new Lazy<int>(() => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), this.system));
    }

    /// <summary>Names the serializer on the wire and in journals. The default comes from <c>akka.actor.serialization-identifiers</c>.</summary>
    public virtual int Identifier => _identifier.Value;

    /// <summary>Whether <see cref="FromBinary(byte[], Type)"/> needs the type.</summary>
    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    public abstract object FromBinary(byte[] bytes, Type type);

    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));

    /// <summary>As <see cref="ToBinary"/>, with the actor references of this address in it.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) => ToBinary(obj);
}

/// <summary>A serializer that names the kind of its bytes itself. Only such ones are read from a network.</summary>
public abstract class SerializerWithStringManifest : Serializer
{
    protected SerializerWithStringManifest(ExtendedActorSystem system)
        : base(system)
    {
    }

    public sealed override bool IncludeManifest => true;

    public sealed override object FromBinary(byte[] bytes, Type type) => FromBinary(bytes, Manifest(type));

    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>The kind of the object; never empty for one that has several.</summary>
    public abstract string Manifest(object o);
}

/// <summary>Finds a serializer's number.</summary>
public static class SerializerIdentifierHelper
{
    public const string SerializationIdentifiers = "akka.actor.serialization-identifiers";

    /// <exception cref="ArgumentException">The configuration has no number for the serializer.</exception>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(system);
        var config = system.Settings.Config.GetConfig(SerializationIdentifiers);
        foreach (var (name, id) in config?.AsEnumerable() ?? [])
        {
            if (Util.ConfiguredTypes.Find(name.Trim('"')) == type)
            {
                return id.GetInt();
            }
        }

        throw new ArgumentException($"Couldn't find serializer id for [{type}] under [{SerializationIdentifiers}] HOCON path", nameof(type));
    }
}
