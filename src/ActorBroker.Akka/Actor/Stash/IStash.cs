namespace Akka.Actor;

/// <summary>Messages that an actor has put aside. They come back in the order in which they were stashed, before all others.</summary>
public interface IStash
{
    int Count { get; }

    /// <summary>−1 for no limit.</summary>
    int Capacity { get; }

    bool IsEmpty { get; }

    bool NonEmpty { get; }

    bool IsFull { get; }

    /// <summary>Puts the current message aside.</summary>
    /// <exception cref="IllegalActorStateException">It has been stashed already.</exception>
    /// <exception cref="StashOverflowException">The stash is full.</exception>
    void Stash();

    /// <summary>Brings back the oldest.</summary>
    void Unstash();

    void UnstashAll();

    /// <summary>Brings back those for which the predicate holds; the others are dropped from the stash.</summary>
    void UnstashAll(Func<Envelope, bool> predicate);

    /// <summary>Empties the stash and hands out what was in it.</summary>
    IEnumerable<Envelope> ClearStash();

    /// <summary>Puts messages in front of the stash.</summary>
    void Prepend(IEnumerable<Envelope> envelopes);
}
