using System.Runtime.CompilerServices;
using System.Text.Json;

namespace ActorBroker.Akka.Tests.Embedded.Remote;

/// <summary>A frame of a conversation with a process on the Akka.NET 1.5.30 packages, with its length before it.</summary>
public sealed record CapturedFrame(string Name, bool IsToNode, byte[] Bytes)
{
    /// <summary>In the order of the conversation.</summary>
    public static IReadOnlyList<CapturedFrame> All { get; } = Read();

    /// <summary>Without its length.</summary>
    public ReadOnlySpan<byte> Body => Bytes.AsSpan(4);

    public override string ToString() => Name;

    private static List<CapturedFrame> Read([CallerFilePath] string here = "")
    {
        using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(Path.GetDirectoryName(here)!, "remote-frames.json")));
        return [.. json.RootElement.EnumerateArray().Select(frame => new CapturedFrame(
            frame.GetProperty("name").GetString()!,
            frame.GetProperty("direction").GetString() == "to node",
            Convert.FromHexString(frame.GetProperty("hex").GetString()!)))];
    }
}
