namespace ActorBroker.Controller;

/// <summary>What a topic may be called. A name becomes part of a folder's name, so this is also what keeps files in their place.</summary>
public static class TopicNames
{
    /// <summary>Kafka's limit: with a partition number it still fits a file name of 255 bytes.</summary>
    public const int LengthMax = 249;

    public const string ConsumerOffsets = "__consumer_offsets";

    /// <summary>What is wrong with the name; null when nothing is.</summary>
    public static string? Validate(string? name)
    {
        if (string.IsNullOrEmpty(name))
        {
            return "a topic needs a name";
        }

        if (name.Length > LengthMax)
        {
            return $"a topic name has at most {LengthMax} characters, this one has {name.Length}";
        }

        if (name is "." or "..")
        {
            return "a topic cannot be called . or ..";
        }

        foreach (var c in name)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('.' or '_' or '-'))
            {
                return "a topic name has only ASCII letters, digits, '.', '_' and '-'";
            }
        }

        return null;
    }

    /// <summary>True for topics that the broker keeps for itself; clients may not write to them.</summary>
    public static bool IsInternal(string name) => name == ConsumerOffsets;
}
