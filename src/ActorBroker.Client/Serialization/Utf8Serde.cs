using System.Buffers;
using System.Text;

namespace ActorBroker.Client;

/// <summary>Text as UTF-8, strictly: what is not Unicode is refused and never replaced.</summary>
internal sealed class Utf8Serde : ISerializer<string>, IDeserializer<string>
{
    public static readonly Utf8Serde Instance = new();

    private static readonly UTF8Encoding Strict = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public void Serialize(string value, IBufferWriter<byte> to)
    {
        try
        {
            Strict.GetBytes(value, to);
        }
        catch (EncoderFallbackException cause)
        {
            throw new RecordFormatException($"The text of {value.Length} characters is not Unicode: half a surrogate pair at index {cause.Index}.", cause);
        }
    }

    public string Deserialize(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException cause)
        {
            throw new RecordFormatException($"The {bytes.Length} bytes are not UTF-8: wrong at byte {cause.Index}.", cause);
        }
    }
}
