using System.Net.Sockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Akka.TestKit.MultiNode;

/// <summary>What conductor and roles say to each other, one JSON object a line.</summary>
/// <param name="Kind">One of <see cref="Kinds"/>.</param>
/// <param name="Id">Of a run and its result.</param>
/// <param name="Name">Of the role, the command or the barrier.</param>
/// <param name="Body">Arguments, result, or the role's address.</param>
/// <param name="Error">Of a result: why there is none.</param>
internal sealed record Line(string Kind, long Id = 0, string? Name = null, JsonElement? Body = null, string? Error = null);

/// <summary>The lines there are.</summary>
internal static class Kinds
{
    /// <summary>From a role, first: its name.</summary>
    public const string Hello = "hello";

    /// <summary>From a role: host and port of its actor system.</summary>
    public const string Address = "address";

    /// <summary>From a role: it waits at a barrier.</summary>
    public const string Entered = "entered";

    /// <summary>To a role: the barrier is open.</summary>
    public const string Released = "released";

    /// <summary>To a role: a command.</summary>
    public const string Run = "run";

    /// <summary>From a role: what came of it.</summary>
    public const string Result = "result";
}

/// <summary>Where a role's actor system listens.</summary>
internal sealed record RoleAddress(string Host, int Port);

/// <summary>One connection that carries <see cref="Line"/>s. One reader, any number of writers.</summary>
internal sealed class JsonLines : IDisposable
{
    private static readonly JsonSerializerOptions Options = new() { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    private readonly TcpClient _tcp;
    private readonly StreamReader _reader;
    private readonly SemaphoreSlim _writing = new(1, 1);

    public JsonLines(TcpClient tcp)
    {
        _tcp = tcp;
        _tcp.NoDelay = true;
        _reader = new StreamReader(tcp.GetStream(), Encoding.UTF8);
    }

    public static JsonElement ToElement(object? value) => JsonSerializer.SerializeToElement(value, Options);

    /// <summary>The next line; null: the other side has gone, whatever the way.</summary>
    public async Task<Line?> ReadAsync()
    {
        try
        {
            return await _reader.ReadLineAsync().ConfigureAwait(false) is { } text ? JsonSerializer.Deserialize<Line>(text, Options) : null;
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            return null;
        }
    }

    /// <exception cref="IOException">The other side has gone.</exception>
    public async Task WriteAsync(Line line)
    {
        var bytes = Encoding.UTF8.GetBytes(JsonSerializer.Serialize(line, Options) + "\n");
        await _writing.WaitAsync().ConfigureAwait(false);
        try
        {
            await _tcp.GetStream().WriteAsync(bytes).ConfigureAwait(false);
        }
        catch (Exception gone) when (gone is ObjectDisposedException or InvalidOperationException)
        {
            throw new IOException("the connection is closed", gone);
        }
        finally
        {
            _writing.Release();
        }
    }

    public void Dispose() => _tcp.Dispose();
}
