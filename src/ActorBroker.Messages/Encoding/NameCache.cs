namespace ActorBroker.Messages.Encoding;

/// <summary>Topic names as they come over a connection, which are few: the same bytes give the same string. Any thread.</summary>
internal static class NameCache
{
    private const int Slots = 256;

    /// <summary>Longer than any topic's name.</summary>
    private const int BytesMax = 256;

    private static readonly Entry?[] Entries = new Entry?[Slots];

    public static string Get(ReadOnlySpan<byte> name)
    {
        if (name.IsEmpty)
        {
            return "";
        }

        if (name.Length > BytesMax)
        {
            return System.Text.Encoding.UTF8.GetString(name);
        }

        ref var slot = ref Entries[Hash(name) % Slots];
        if (Volatile.Read(ref slot) is { } known && name.SequenceEqual(known.Bytes))
        {
            return known.Text;
        }

        var text = System.Text.Encoding.UTF8.GetString(name);
        Volatile.Write(ref slot, new Entry(name.ToArray(), text));
        return text;
    }

    private static uint Hash(ReadOnlySpan<byte> name)
    {
        var hash = 2166136261u;   // FNV-1a
        foreach (var one in name)
        {
            hash = (hash ^ one) * 16777619u;
        }

        return hash;
    }

    private sealed record Entry(byte[] Bytes, string Text);
}
