using System.Runtime.Serialization;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>A serializer that says by a text of its own what the bytes are, so that classes can be moved and renamed.</summary>
public abstract class SerializerWithStringManifest(ExtendedActorSystem system) : Serializer(system)
{
    public sealed override bool IncludeManifest => true;

    public sealed override object FromBinary(byte[] bytes, Type type)
    {
        ArgumentNullException.ThrowIfNull(type);
        return FromBinary(bytes, TypeNames.Of(type));
    }

    /// <exception cref="SerializationException">The manifest or the bytes are not this serializer's.</exception>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>What the bytes of that object are; never null. Part of the format, so it never changes.</summary>
    public abstract string Manifest(object o);
}
