using Akka.Actor;

namespace ActorBroker.Limits;

/// <summary>Told to an actor whose <see cref="LimitTurn"/> has come: there is room, and it is kept for this actor until it ends its turn.</summary>
internal sealed record RoomFree
{
    public static readonly RoomFree Instance = new();
}

/// <summary>Bytes of one kind that all clients of a node share. Who finds no room waits for a turn; turns are given in the order of asking.</summary>
/// <remarks>Any thread. Costs one atomic addition while nobody waits.</remarks>
/// <param name="max">Bytes.</param>
/// <param name="room">So many bytes must be free before a turn is given; not above <paramref name="max"/>.</param>
/// <param name="mayExceed">A turn is given at once, one at a time, and its actor may go beyond the limit: for what holds a part of its memory while
/// it waits for the rest, so that those who wait cannot wait for one another.</param>
/// <param name="reserve">Bytes beyond <paramref name="max"/> for those who hold nothing, see <see cref="TryTakeReserved"/>.</param>
internal sealed class SharedLimit(long max, long room, bool mayExceed = false, long reserve = 0)
{
    private readonly Lock _lock = new();
    private readonly LinkedList<LimitTurn> _queue = [];
    private LimitTurn? _on;
    private int _waiting;
    private long _used;

    public long Max { get; } = max;

    /// <summary>Bytes that are taken. Above <see cref="Max"/> by what <see cref="Take"/> was called for.</summary>
    public long Used => Interlocked.Read(ref _used);

    public bool IsFull => Used >= Max;

    /// <summary>Takes bytes, whether there is room or not.</summary>
    public void Take(long bytes) => Interlocked.Add(ref _used, bytes);

    /// <summary>Takes bytes if there is room for them, and nobody waits for it.</summary>
    public bool TryTake(long bytes, LimitTurn turn)
    {
        if (turn.IsOn && mayExceed)
        {
            Take(bytes);
            return true;
        }

        return TakeUpTo(bytes, bytes, turn) > 0 || bytes == 0;
    }

    /// <summary>Takes as much as there is room for.</summary>
    /// <param name="least">Fewer are not taken.</param>
    /// <returns>Bytes that were taken: 0, or <paramref name="least"/> to <paramref name="wanted"/>. All that is wanted when nothing else is taken.</returns>
    public long TakeUpTo(long wanted, long least, LimitTurn turn)
    {
        Check.That(least <= wanted);
        if (Volatile.Read(ref _waiting) > 0 && !turn.IsOn)
        {
            return 0;
        }

        var used = Interlocked.Read(ref _used);
        while (true)
        {
            var bytes = used == 0 ? wanted : Math.Min(wanted, Max - used);
            if (bytes < least)
            {
                return 0;
            }

            var found = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (found == used)
            {
                return bytes;
            }

            used = found;
        }
    }

    /// <summary>Takes bytes without waiting for those who wait, from the reserve if need be: for the first small thing of who holds nothing.</summary>
    public bool TryTakeReserved(long bytes)
    {
        var used = Interlocked.Read(ref _used);
        while (used + bytes <= Max + reserve)
        {
            var found = Interlocked.CompareExchange(ref _used, used + bytes, used);
            if (found == used)
            {
                return true;
            }

            used = found;
        }

        return false;
    }

    public void Give(long bytes)
    {
        Check.That(Interlocked.Add(ref _used, -bytes) >= 0);
        if (Volatile.Read(ref _waiting) > 0)
        {
            CallNext();
        }
    }

    /// <summary>Puts an actor at the end of the queue.</summary>
    internal void Queue(LimitTurn turn)
    {
        lock (_lock)
        {
            turn.Place = _queue.AddLast(turn);
            Interlocked.Increment(ref _waiting);    // before the room is looked at: Give does it the other way round
        }

        CallNext();
    }

    /// <summary>Takes an actor out of the queue, or ends its turn.</summary>
    internal void End(LimitTurn turn)
    {
        lock (_lock)
        {
            if (turn.Place is { } place)
            {
                _queue.Remove(place);
                turn.Place = null;
            }
            else if (_on == turn)
            {
                _on = null;
            }
            else
            {
                return;
            }

            Interlocked.Decrement(ref _waiting);
        }

        CallNext();
    }

    internal bool IsOn(LimitTurn turn) => Volatile.Read(ref _on) == turn;

    private void CallNext()
    {
        IActorRef owner;
        lock (_lock)
        {
            if (_on is not null || _queue.First is not { } first || !(mayExceed || Max - Used >= room || Used == 0))
            {
                return;
            }

            _queue.RemoveFirst();
            first.Value.Place = null;
            _on = first.Value;
            owner = _on.Owner;
        }

        owner.Tell(RoomFree.Instance, ActorRefs.NoSender);
    }
}
