using System.Text;

namespace ActorBroker.Fuzz.Targets;

/// <summary>Parts of JSON that readers stumble over.</summary>
internal static class JsonWords
{
    public static IReadOnlyList<byte[]> All { get; } =
    [
        .. new[] { "null", "[]", "{}", "-1", "0", "99999999999999999999", "1e999", "\"\"", "1.5", "true", "[null]", "[[],[]]", ",", ":", "\"", "\\u0000", "\\ud800", "{\"Node\":null}" }
            .Select(Encoding.UTF8.GetBytes),
        Encoding.UTF8.GetBytes(new string('[', 200)),
    ];
}
