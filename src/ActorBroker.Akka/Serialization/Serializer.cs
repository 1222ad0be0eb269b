using Akka.Actor;

namespace Akka.Serialization;

/// <summary>
/// Turns objects of some types into bytes and back. One instance serves the whole system, from any thread. Named in
/// <c>akka.actor.serializers</c>; needs a constructor of one <see cref="ExtendedActorSystem"/> (and a
/// <see cref="Configuration.Config"/>: its part of <c>akka.actor.serialization-settings</c>).
/// </summary>
public abstract class Serializer
{
#pragma warning disable CA1051, IDE1006 // a field, with this name, in Akka.NET's API
    protected readonly ExtendedActorSystem system;
#pragma warning restore CA1051, IDE1006

    private readonly Lazy<int> _identifier;

    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
        _identifier = new Lazy<int>(() => SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system));
    }

    /// <summary>Stands for the serializer on disk and wire, so it never changes. By default from
    /// <c>akka.actor.serialization-identifiers</c>; 0 to 40 belong to the runtime.</summary>
    public virtual int Identifier => _identifier.Value;

    /// <summary>Does <see cref="FromBinary(byte[], Type)"/> need the type?</summary>
    public abstract bool IncludeManifest { get; }

    public abstract byte[] ToBinary(object obj);

    /// <summary>As <see cref="ToBinary"/>, with local actor references written so that they can be used at another node.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) =>
        Serialization.WithTransport(system, address, () => ToBinary(obj));

    /// <param name="type">Null when the serializer does not ask for it.</param>
    public abstract object FromBinary(byte[] bytes, Type type);

    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));
}
