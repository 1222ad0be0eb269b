using System.Collections.Immutable;
using Akka.Actor;
using Akka.Persistence.Serialization;

namespace Akka.Persistence;

/// <summary>Events of one actor that are written all or not at all.</summary>
public sealed class AtomicWrite : IPersistentEnvelope, IMessage, IEquatable<AtomicWrite>
{
    private readonly IImmutableList<IPersistentRepresentation> _events;

    public AtomicWrite(IPersistentRepresentation @event)
        : this(ImmutableArray.Create(@event))
    {
    }

    /// <exception cref="ArgumentException">Empty, or of more than one persistence id.</exception>
    public AtomicWrite(IImmutableList<IPersistentRepresentation> payload)
    {
        ArgumentNullException.ThrowIfNull(payload);
        if (payload.Count == 0)
        {
            throw new ArgumentException("Payload of AtomicWrite must not be empty.", nameof(payload));
        }

        if (payload.Any(one => one.PersistenceId != payload[0].PersistenceId))
        {
            throw new ArgumentException(
                $"AtomicWrite must contain messages for the same persistenceId, yet different persistenceIds found: "
                + $"{string.Join(", ", payload.Select(one => one.PersistenceId).Distinct())}.",
                nameof(payload));
        }

        _events = payload;
    }

    /// <summary>An <see cref="IImmutableList{T}"/> of <see cref="IPersistentRepresentation"/>.</summary>
    public object Payload => _events;

    public IActorRef Sender => ActorRefs.NoSender!;

    public int Size => _events.Count;

    public string PersistenceId => _events[0].PersistenceId;

    public long LowestSequenceNr => _events[0].SequenceNr;

    public long HighestSequenceNr => _events[^1].SequenceNr;

    internal IImmutableList<IPersistentRepresentation> Events => _events;

    public bool Equals(AtomicWrite? other) => other is not null && _events.SequenceEqual(other._events);

    public override bool Equals(object? obj) => Equals(obj as AtomicWrite);

    public override int GetHashCode() => HashCode.Combine(PersistenceId, LowestSequenceNr, HighestSequenceNr);

    public override string ToString() =>
        $"AtomicWrite<pid: {PersistenceId}, lowSeqNr: {LowestSequenceNr}, highSeqNr: {HighestSequenceNr}, size: {Size}>";
}
