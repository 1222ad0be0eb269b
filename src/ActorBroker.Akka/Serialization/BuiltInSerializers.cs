using System.Buffers.Binary;
using System.Text;
using Akka.Actor;

namespace Akka.Serialization;

/// <summary>Byte arrays as they are.</summary>
public class ByteArraySerializer(ExtendedActorSystem system) : Serializer(system)
{
    public override int Identifier => 4;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => obj switch
    {
        null => null!,
        byte[] bytes => bytes,
        _ => throw new NotSupportedException("The object to convert is not a byte array."),
    };

    public override object FromBinary(byte[] bytes, Type type) => bytes;
}

/// <summary>Null, in no bytes.</summary>
public class NullSerializer(ExtendedActorSystem system) : Serializer(system)
{
    private static readonly byte[] NullBytes = [];

    public override int Identifier => 0;

    public override bool IncludeManifest => false;

    public override byte[] ToBinary(object obj) => NullBytes;

    public override object FromBinary(byte[] bytes, Type type) => null!;
}

/// <summary>Texts (UTF-8) and whole numbers (little endian).</summary>
public sealed class PrimitiveSerializers(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    private const string StringManifest = "System.String, System.Private.CoreLib";
    private const string Int32Manifest = "System.Int32, System.Private.CoreLib";
    private const string Int64Manifest = "System.Int64, System.Private.CoreLib";

    public override int Identifier => 17;

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return Encoding.UTF8.GetBytes(text);
            case int number:
                var four = new byte[4];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[8];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw new ArgumentException($"Cannot serialize object of type [{obj?.GetType()}]", nameof(obj));
        }
    }

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return manifest switch
        {
            StringManifest or "S" or "System.String, mscorlib" => Encoding.UTF8.GetString(bytes),
            Int32Manifest or "I" or "System.Int32, mscorlib" => BinaryPrimitives.ReadInt32LittleEndian(bytes),
            Int64Manifest or "L" or "System.Int64, mscorlib" => BinaryPrimitives.ReadInt64LittleEndian(bytes),
            _ => throw new ArgumentException($"Unimplemented deserialization of message with manifest [{manifest}] in [{GetType()}]", nameof(manifest)),
        };
    }

    public override string Manifest(object o) => o switch
    {
        string => StringManifest,
        int => Int32Manifest,
        long => Int64Manifest,
        Type type => $"{type.FullName}, System.Private.CoreLib",
        _ => throw new ArgumentException($"Cannot serialize object of type [{o?.GetType()}]", nameof(o)),
    };
}
