using System.Text.Json;
using System.Text.Unicode;
using ActorBroker.Log;

namespace ActorBroker.Cli.Output;

/// <summary>Prints records as JSON, one object a line. Bytes that are not UTF-8 are printed in base64, and a member
/// <c>keyIsBase64</c> or <c>valueIsBase64</c> says so.</summary>
internal sealed class RecordJson(string topic, JsonLines lines) : IRecordWriter
{
    private static readonly JsonEncodedText Key = JsonEncodedText.Encode("key");
    private static readonly JsonEncodedText KeyIsBase64 = JsonEncodedText.Encode("keyIsBase64");
    private static readonly JsonEncodedText Value = JsonEncodedText.Encode("value");
    private static readonly JsonEncodedText ValueIsBase64 = JsonEncodedText.Encode("valueIsBase64");

    public void Write(int partition, Record record)
    {
        var json = lines.StartLine();
        json.WriteString("topic"u8, topic);
        json.WriteNumber("partition"u8, partition);
        json.WriteNumber("offset"u8, record.Offset.Value);
        json.WriteNumber("timestamp"u8, record.Timestamp);
        Write(json, Key, KeyIsBase64, record.Key);
        Write(json, Value, ValueIsBase64, record.Value);
        if (record.HeaderCount > 0) WriteHeaders(json, record.Headers);
        lines.EndLine();
    }

    private static void WriteHeaders(Utf8JsonWriter json, RecordHeaders headers)
    {
        json.WriteStartArray("headers"u8);
        foreach (var header in headers)
        {
            json.WriteStartObject();
            Write(json, Key, KeyIsBase64, header.KeyUtf8);
            Write(json, Value, ValueIsBase64, header.Value);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void Write(Utf8JsonWriter json, JsonEncodedText name, JsonEncodedText isBase64, NullableBytes bytes)
    {
        if (bytes.IsNull)
        {
            json.WriteNull(name);
        }
        else if (Utf8.IsValid(bytes.Span))
        {
            json.WriteString(name, bytes.Span);
        }
        else
        {
            json.WriteBase64String(name, bytes.Span);
            json.WriteBoolean(isBase64, true);
        }
    }
}
