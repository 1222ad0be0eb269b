using System.Collections;
using System.Reflection;
using System.Text.Json;

namespace ActorBroker.Kafka.Tests;

/// <summary>Compares a decoded message with the JSON that says what it must hold.</summary>
internal static class JsonComparison
{
    /// <summary>Every member of the JSON object must be a property with the same value.</summary>
    public static void AssertHolds(JsonElement expected, object message, string path)
    {
        foreach (var member in expected.EnumerateObject())
        {
            if (member.Name.EndsWith("Decoded", StringComparison.Ordinal))
            {
                continue;
            }

            var property = message.GetType().GetProperty(member.Name, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase);
            Assert.True(property is not null, $"{path}: {message.GetType().Name} has no {member.Name}");
            AssertEqual(member.Value, property.GetValue(message), $"{path}.{member.Name}");
        }
    }

    private static void AssertEqual(JsonElement expected, object? actual, string path)
    {
        switch (actual)
        {
            case null:
                // An absent tagged structure stands for one with all defaults.
                Assert.True(expected.ValueKind is JsonValueKind.Null or JsonValueKind.Object, $"{path}: null, expected {expected}");
                break;
            case ReadOnlyMemory<byte> bytes:
                AssertBytes(expected, bytes, path);
                break;
            case string text:
                Assert.True(expected.GetString() == text, $"{path}: '{text}', expected {expected}");
                break;
            case bool flag:
                Assert.True(expected.GetBoolean() == flag, $"{path}: {flag}, expected {expected}");
                break;
            case Guid id:
                Assert.True(Guid.Parse(expected.GetString()!) == id, $"{path}: {id}, expected {expected}");
                break;
            case IList list:
                Assert.True(expected.ValueKind == JsonValueKind.Array && expected.GetArrayLength() == list.Count, $"{path}: {list.Count} elements, expected {expected}");
                for (var i = 0; i < list.Count; i++)
                {
                    AssertEqual(expected[i], list[i], $"{path}[{i}]");
                }

                break;
            case IConvertible number:
                Assert.True(expected.GetInt64() == number.ToInt64(null), $"{path}: {number}, expected {expected}");
                break;
            default:
                AssertHolds(expected, actual, path);
                break;
        }
    }

    private static void AssertBytes(JsonElement expected, ReadOnlyMemory<byte> actual, string path)
    {
        if (expected.ValueKind == JsonValueKind.String)
        {
            Assert.True(System.Text.Encoding.UTF8.GetString(actual.Span) == expected.GetString(), $"{path}: other text than {expected}");
            return;
        }

        if (expected.TryGetProperty("length", out var length))
        {
            Assert.True(length.GetInt32() == actual.Length, $"{path}: {actual.Length} bytes, expected {length}");
        }

        if (expected.TryGetProperty("hex", out var hex))
        {
            Assert.True(Convert.ToHexStringLower(actual.Span) == hex.GetString(), $"{path}: other bytes");
        }
    }
}
