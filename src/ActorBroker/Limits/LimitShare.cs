namespace ActorBroker.Limits;

/// <summary>What one client holds of a <see cref="SharedLimit"/>. Others may take for it; when it goes, all is given back at once.</summary>
/// <remarks>Any thread.</remarks>
internal sealed class LimitShare(SharedLimit limit)
{
    private const long Closed = long.MinValue;
    private long _held;

    public SharedLimit Limit { get; } = limit;

    /// <summary>Bytes that the client holds.</summary>
    public long Held => Math.Max(0, Interlocked.Read(ref _held));

    /// <summary>Takes bytes for the client, whether there is room or not.</summary>
    public void Take(long bytes)
    {
        Limit.Take(bytes);
        Hold(bytes);
    }

    /// <summary>As <see cref="SharedLimit.TakeUpTo"/>.</summary>
    public long TakeUpTo(long wanted, long least, LimitTurn turn)
    {
        var bytes = Limit.TakeUpTo(wanted, least, turn);
        Hold(bytes);
        return bytes;
    }

    /// <summary>As <see cref="SharedLimit.TryTakeReserved"/>, if the client holds nothing.</summary>
    /// <returns>Bytes that were taken: all or none.</returns>
    public long TakeReserved(long bytes)
    {
        if (Interlocked.Read(ref _held) != 0 || !Limit.TryTakeReserved(bytes))
        {
            return 0;
        }

        Hold(bytes);
        return bytes;
    }

    /// <summary>Says how many bytes it was in the end, of those that <see cref="TakeUpTo"/> took.</summary>
    public void Adjust(long taken, long used)
    {
        if (used < taken)
        {
            Give(taken - used);
        }
        else if (used > taken)
        {
            Take(used - taken);
        }
    }

    /// <summary>Gives back; no effect after <see cref="Close"/>.</summary>
    public void Give(long bytes)
    {
        if (TryAdd(-bytes))
        {
            Limit.Give(bytes);
        }
    }

    /// <summary>Gives back all that is held; what is taken from now on does not count.</summary>
    public void Close()
    {
        var held = Interlocked.Exchange(ref _held, Closed);
        if (held != Closed)
        {
            Limit.Give(held);
        }
    }

    private void Hold(long bytes)
    {
        if (!TryAdd(bytes))
        {
            Limit.Give(bytes);
        }
    }

    private bool TryAdd(long bytes)
    {
        var held = Interlocked.Read(ref _held);
        while (held != Closed)
        {
            Check.That(held + bytes >= 0);
            var found = Interlocked.CompareExchange(ref _held, held + bytes, held);
            if (found == held)
            {
                return true;
            }

            held = found;
        }

        return false;
    }
}
