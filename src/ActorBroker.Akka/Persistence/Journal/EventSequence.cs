namespace Akka.Persistence.Journal;

/// <summary>Makes <see cref="IEventSequence"/>s.</summary>
public static class EventSequence
{
#pragma warning disable CA2211 // a field that can be written, in Akka.NET's API
    public static IEventSequence Empty = EmptyEventSequence.Instance;
#pragma warning restore CA2211

    public static IEventSequence Single(object e) => new SingleEventSequence(e);

    public static IEventSequence Create(params object[] events) => new EventSequence<object>(events);

    public static IEventSequence Create(IEnumerable<object> events) => new EventSequence<object>(events);
}

/// <summary>Several events.</summary>
public class EventSequence<T>(IEnumerable<object> events) : IEventSequence, IEquatable<IEventSequence>
{
    public IEnumerable<object> Events { get; } = [.. events];

    public bool Equals(IEventSequence? other) => other is not null && Events.SequenceEqual(other.Events);

    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override int GetHashCode() => Events.Aggregate(0, HashCode.Combine);
}

/// <summary>One event.</summary>
public readonly struct SingleEventSequence(object e) : IEventSequence, IEquatable<IEventSequence>
{
    public IEnumerable<object> Events { get; } = [e];

    public static bool operator ==(SingleEventSequence left, SingleEventSequence right) => left.Equals(right);

    public static bool operator !=(SingleEventSequence left, SingleEventSequence right) => !left.Equals(right);

    public bool Equals(IEventSequence? other) => other is not null && Events.SequenceEqual(other.Events);

    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override int GetHashCode() => Events.Single().GetHashCode();
}

/// <summary>No event.</summary>
public sealed class EmptyEventSequence : IEmptyEventSequence, IEquatable<IEventSequence>
{
    public static readonly EmptyEventSequence Instance = new();

    private EmptyEventSequence()
    {
    }

    public IEnumerable<object> Events => [];

    public bool Equals(IEventSequence? other) => other is IEmptyEventSequence;

    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    public override int GetHashCode() => 0;
}
