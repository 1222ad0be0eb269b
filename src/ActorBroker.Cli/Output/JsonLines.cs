using System.Text.Encodings.Web;
using System.Text.Json;

namespace ActorBroker.Cli.Output;

/// <summary>One JSON object a line, for scripts.</summary>
internal sealed class JsonLines(ByteOutput output) : IDisposable
{
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private readonly Utf8JsonWriter _writer = new(output, Options);

    /// <summary>Writes one object; <paramref name="members"/> writes what is in it.</summary>
    public void Write(Action<Utf8JsonWriter> members)
    {
        members(StartLine());
        EndLine();
    }

    /// <summary>The writer itself, for objects that hold spans. Close the line with <see cref="EndLine"/>.</summary>
    public Utf8JsonWriter StartLine()
    {
        _writer.Reset();
        _writer.WriteStartObject();
        return _writer;
    }

    public void EndLine()
    {
        _writer.WriteEndObject();
        _writer.Flush();
        output.Write("\n"u8);
    }

    public void Dispose() => _writer.Dispose();
}
