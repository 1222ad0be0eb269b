namespace ActorBroker.Client.Producing;

/// <summary>The bytes of a producer's buffer: taken for each record, given back for each batch. Who finds none left waits in line.</summary>
/// <remarks>Safe from any thread.</remarks>
internal sealed class BufferBudget(long bytes)
{
    private readonly Lock _gate = new();
    private readonly LinkedList<Waiter> _waiters = [];
    private long _left = bytes;
    private int _waiting;

    public long Total { get; } = bytes;

    /// <summary>Bytes that are taken.</summary>
    public long Taken => Total - Volatile.Read(ref _left);

    /// <summary>False when there is not enough left, or others wait.</summary>
    public bool TryTake(int count)
    {
        if (Volatile.Read(ref _waiting) > 0)
        {
            return false;
        }

        if (Interlocked.Add(ref _left, -count) >= 0)
        {
            return true;
        }

        Give(count);
        return false;
    }

    /// <summary>Waits for its turn, and for enough.</summary>
    /// <param name="count">At most all bytes.</param>
    /// <exception cref="OperationCanceledException">Nothing was taken.</exception>
    public async Task TakeAsync(int count, CancellationToken ct)
    {
        Check.AtMost(count, Total);
        var waiter = new Waiter(count);
        lock (_gate)
        {
            _waiters.AddLast(waiter);
            Volatile.Write(ref _waiting, _waiters.Count);
        }

        Give(0);
        using var cancelled = ct.UnsafeRegister(_ => Cancel(waiter, ct), null);
        await waiter.Task.ConfigureAwait(false);
    }

    public void Give(long count)
    {
        Interlocked.Add(ref _left, count);
        if (Volatile.Read(ref _waiting) == 0)
        {
            return;
        }

        lock (_gate)
        {
            while (_waiters.First?.Value is { } first)
            {
                if (Interlocked.Add(ref _left, -first.Count) < 0)
                {
                    Interlocked.Add(ref _left, first.Count);
                    break;
                }

                _waiters.RemoveFirst();
                first.SetResult();
            }

            Volatile.Write(ref _waiting, _waiters.Count);
        }
    }

    private void Cancel(Waiter waiter, CancellationToken ct)
    {
        bool wasWaiting;
        lock (_gate)
        {
            wasWaiting = _waiters.Remove(waiter);
            Volatile.Write(ref _waiting, _waiters.Count);
        }

        if (wasWaiting)
        {
            waiter.SetCanceled(ct);
            Give(0);   // the next one may need less
        }
    }

    private sealed class Waiter(int count) : TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously)
    {
        public int Count { get; } = count;
    }
}
