using Akka.Actor;

namespace Akka.Persistence.Internal;

/// <summary>The user's stash of a persistent actor. What it gives back goes behind the commands that persistence itself holds back.</summary>
internal sealed class PersistentStash(IStash own, IStash @internal) : IStash
{
    public int Count => own.Count;

    public int Capacity => own.Capacity;

    public bool IsEmpty => own.IsEmpty;

    public bool NonEmpty => own.NonEmpty;

    public bool IsFull => own.IsFull;

    public void Stash() => own.Stash();

    public void Unstash() => own.Unstash();

    /// <summary>Commands are processed one by one from the internal stash, so they are moved to its front.</summary>
    public void UnstashAll() => @internal.Prepend(own.ClearStash());

    public void UnstashAll(Func<Envelope, bool> predicate) => own.UnstashAll(predicate);

    public IEnumerable<Envelope> ClearStash() => own.ClearStash();

    public void Prepend(IEnumerable<Envelope> envelopes) => own.Prepend(envelopes);
}
