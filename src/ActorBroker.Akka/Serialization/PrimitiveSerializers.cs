using System.Buffers.Binary;
using System.Runtime.Serialization;
using System.Text;
using Akka.Actor;
using Akka.Serialization;

namespace Akka.Remote.Serialization;

/// <summary>Strings as UTF-8, <see cref="int"/> and <see cref="long"/> little endian. Identifier 17.</summary>
/// <remarks>Writes the long manifests, as Akka.NET does by default, and reads the short ones as well.</remarks>
public sealed class PrimitiveSerializers(ExtendedActorSystem system) : SerializerWithStringManifest(system)
{
    internal const string StringManifest = "System.String, System.Private.CoreLib";
    private const string Int32Manifest = "System.Int32, System.Private.CoreLib";
    private const string Int64Manifest = "System.Int64, System.Private.CoreLib";

    /// <summary>Text that is not UTF-8 is an error and not question marks.</summary>
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public override int Identifier => 17;

    public override byte[] ToBinary(object obj)
    {
        switch (obj)
        {
            case string text:
                return StrictUtf8.GetBytes(text);
            case int number:
                var four = new byte[sizeof(int)];
                BinaryPrimitives.WriteInt32LittleEndian(four, number);
                return four;
            case long number:
                var eight = new byte[sizeof(long)];
                BinaryPrimitives.WriteInt64LittleEndian(eight, number);
                return eight;
            default:
                throw Unknown(obj);
        }
    }

    public override string Manifest(object o) => o switch
    {
        string => StringManifest,
        int => Int32Manifest,
        long => Int64Manifest,
        _ => throw Unknown(o),
    };

    public override object FromBinary(byte[] bytes, string manifest)
    {
        ArgumentNullException.ThrowIfNull(bytes);
        return manifest switch
        {
            "S" or StringManifest or "System.String, mscorlib" or "System.String" => Text(bytes),
            "I" or Int32Manifest or "System.Int32, mscorlib" or "System.Int32" =>
                BinaryPrimitives.ReadInt32LittleEndian(Sized(bytes, sizeof(int))),
            "L" or Int64Manifest or "System.Int64, mscorlib" or "System.Int64" =>
                BinaryPrimitives.ReadInt64LittleEndian(Sized(bytes, sizeof(long))),
            _ => throw new SerializationException(
                $"Unimplemented deserialization of message with manifest [{manifest}] in [{nameof(PrimitiveSerializers)}]"),
        };
    }

    /// <summary>False when the bytes are not UTF-8.</summary>
    internal static bool TryText(ReadOnlySpan<byte> bytes, [System.Diagnostics.CodeAnalysis.NotNullWhen(true)] out string? text)
    {
        text = System.Text.Unicode.Utf8.IsValid(bytes) ? Encoding.UTF8.GetString(bytes) : null;
        return text is not null;
    }

    private static string Text(byte[] bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException broken)
        {
            throw new SerializationException("The bytes of a string are not UTF-8.", broken);
        }
    }

    private static byte[] Sized(byte[] bytes, int size) => bytes.Length == size
        ? bytes
        : throw new SerializationException($"A number of {size} bytes is expected, not {bytes.Length}.");

    private static ArgumentException Unknown(object? value) =>
        new($"Cannot serialize object of type [{value?.GetType()}]: strings, Int32 and Int64 only.");
}
