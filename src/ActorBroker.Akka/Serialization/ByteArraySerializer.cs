using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Byte arrays are their own form. The array is not copied.</summary>
public class ByteArraySerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 4;

    public override bool IncludeManifest => false;

    /// <exception cref="NotSupportedException">Not a byte array.</exception>
    public override byte[] ToBinary(object obj) => obj switch
    {
        null => null!,
        byte[] bytes => bytes,
        _ => throw new NotSupportedException("The object to convert is not a byte array."),
    };

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}
