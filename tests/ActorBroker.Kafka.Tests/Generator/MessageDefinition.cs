using System.Globalization;

namespace ActorBroker.Kafka.Tests.Generator;

/// <summary>Versions from <paramref name="Min"/> to <paramref name="Max"/>, both inclusive; written <c>3+</c>, <c>0-4</c> or <c>2</c>, <c>none</c> where there are none.</summary>
internal readonly record struct Versions(int Min, int Max)
{
    public static readonly Versions None = new(int.MaxValue, -1);

    public static Versions Parse(string text)
    {
        if (text == "none")
        {
            return None;
        }

        if (text.EndsWith('+'))
        {
            return new Versions(Number(text[..^1]), int.MaxValue);
        }

        var dash = text.IndexOf('-', StringComparison.Ordinal);
        return dash < 0 ? new Versions(Number(text), Number(text)) : new Versions(Number(text[..dash]), Number(text[(dash + 1)..]));
    }

    public bool Contains(int version) => version >= Min && version <= Max;

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}

/// <summary>One field of a message or of a structure in it.</summary>
internal sealed class FieldDefinition(string name, string type, Versions versions)
{
    public string Name { get; } = name;

    /// <summary>The type of one element, without <c>[]</c>.</summary>
    public string ElementType { get; } = type.TrimStart('[', ']');

    public bool IsArray { get; } = type.StartsWith("[]", StringComparison.Ordinal);

    public Versions Versions { get; } = versions;

    public Versions Nullable { get; set; } = Versions.None;

    public int Tag { get; set; } = -1;

    public Versions Tagged { get; set; } = Versions.None;

    /// <summary>Overrides the message's own: the client id of request headers is never compact.</summary>
    public Versions? Flexible { get; set; }

    public string? Default { get; set; }

    public List<FieldDefinition> Fields { get; } = [];

    public bool IsNullable => Nullable != Versions.None;
}

/// <summary>One message, read from a definition file: a head line, then one line a field, indented below what it belongs to.</summary>
internal sealed class MessageDefinition(string kind, string name)
{
    /// <summary><c>request</c>, <c>response</c> or <c>data</c>.</summary>
    public string Kind { get; } = kind;

    public string Name { get; } = name;

    public int Key { get; private set; } = -1;

    public Versions Versions { get; private set; }

    public Versions Flexible { get; private set; } = Versions.None;

    public List<FieldDefinition> Fields { get; } = [];

    public static List<MessageDefinition> ParseFile(string path)
    {
        var messages = new List<MessageDefinition>();
        var open = new List<List<FieldDefinition>>();
        var lineNumber = 0;
        foreach (var line in File.ReadLines(path))
        {
            lineNumber++;
            if (string.IsNullOrWhiteSpace(line) || line.TrimStart().StartsWith('#'))
            {
                continue;
            }

            var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            var depth = (line.Length - line.TrimStart().Length) / 2;
            if (depth == 0)
            {
                var message = ParseHead(words);
                messages.Add(message);
                open = [message.Fields];
                continue;
            }

            if (depth > open.Count)
            {
                throw new FormatException($"{path}:{lineNumber}: indented too far");
            }

            var field = ParseField(words);
            open[depth - 1].Add(field);
            open.RemoveRange(depth, open.Count - depth);
            open.Add(field.Fields);
        }

        return messages;
    }

    private static MessageDefinition ParseHead(string[] words)
    {
        var message = new MessageDefinition(words[0], words[1]);
        foreach (var word in words[2..])
        {
            var (name, value) = Pair(word);
            switch (name)
            {
                case "key":
                    message.Key = int.Parse(value, CultureInfo.InvariantCulture);
                    break;
                case "versions":
                    message.Versions = Versions.Parse(value);
                    break;
                case "flexible":
                    message.Flexible = Versions.Parse(value);
                    break;
                default:
                    throw new FormatException($"{words[1]}: {word} is not known");
            }
        }

        return message;
    }

    private static FieldDefinition ParseField(string[] words)
    {
        var field = new FieldDefinition(words[0], words[1], Versions.Parse(words[2]));
        foreach (var word in words[3..])
        {
            var (name, value) = Pair(word);
            switch (name)
            {
                case "null":
                    field.Nullable = Versions.Parse(value);
                    break;
                case "tag":
                    field.Tag = int.Parse(value[..value.IndexOf(':', StringComparison.Ordinal)], CultureInfo.InvariantCulture);
                    field.Tagged = Versions.Parse(value[(value.IndexOf(':', StringComparison.Ordinal) + 1)..]);
                    break;
                case "flexible":
                    field.Flexible = Versions.Parse(value);
                    break;
                case "default":
                    field.Default = value;
                    break;
                default:
                    throw new FormatException($"{words[0]}: {word} is not known");
            }
        }

        return field;
    }

    private static (string Name, string Value) Pair(string word)
    {
        var at = word.IndexOf('=', StringComparison.Ordinal);
        return (word[..at], word[(at + 1)..]);
    }
}
