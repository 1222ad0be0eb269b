using Akka.Actor;

namespace Akka.Persistence;

/// <summary>The user's stash of a persistent actor. Commands come back from the internal stash one by one, so what the user
/// unstashes goes in front of that: it is handled before all that came later.</summary>
internal sealed class CommandStash(IStash own, Eventsourced actor) : IStash
{
    public int Count => own.Count;

    public int Capacity => own.Capacity;

    public bool IsEmpty => own.IsEmpty;

    public bool NonEmpty => own.NonEmpty;

    public bool IsFull => own.IsFull;

    public void Stash() => own.Stash();

    public void Unstash() => own.Unstash();

    public void UnstashAll() => actor.InternalStash.Prepend(own.ClearStash());

    public void UnstashAll(Func<Envelope, bool> predicate) => own.UnstashAll(predicate);

    public IEnumerable<Envelope> ClearStash() => own.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => own.Prepend(envelopes);
}
