using System.Collections.Immutable;

namespace Akka.Persistence.Journal;

/// <summary>An event with tags for queries. A write adapter makes it; journals without queries keep the event alone.</summary>
#pragma warning disable CA1815 // Akka.NET's has no equality either
public readonly struct Tagged
#pragma warning restore CA1815
{
    public Tagged(object payload, IEnumerable<string> tags)
        : this(payload, tags.ToImmutableHashSet())
    {
    }

    public Tagged(object payload, IImmutableSet<string> tags)
    {
        Payload = payload;
        Tags = tags;
    }

    public object Payload { get; }

    public IImmutableSet<string> Tags { get; }
}
