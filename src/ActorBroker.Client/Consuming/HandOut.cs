namespace ActorBroker.Client.Consuming;

/// <summary>The application's side of the engine: who waits for a chunk, and what it is told instead of one.</summary>
/// <remarks>Runs inside the engine actor.</remarks>
internal sealed class HandOut(TurnQueue turns)
{
    private readonly Queue<(AssignedPartition? Of, BrokerException Error)> _faults = new();
    private TaskCompletionSource<Chunk?>? _waiting;

    /// <summary>The application has a chunk, and perhaps a record, in hand.</summary>
    public bool IsBusy { get; private set; }

    /// <summary>A chunk whose end is being committed, before it is given out.</summary>
    public Chunk? BeingCommitted { get; private set; }

    private bool IsWaiting => _waiting is { Task.IsCompleted: false };

    public void Ask(TaskCompletionSource<Chunk?> reply)
    {
        IsBusy = false;
        _waiting = reply;
    }

    public void EndEnumeration()
    {
        IsBusy = false;
        _waiting = null;
    }

    /// <summary>The application is to be told once.</summary>
    /// <param name="of">Null: it is not about one partition.</param>
    public void Fault(AssignedPartition? of, BrokerException error) => _faults.Enqueue((of, error));

    /// <summary>Tells the application of a fault, or gives it the next chunk, if it waits and there is one.</summary>
    public void Serve()
    {
        if (IsWaiting && !TellFault() && turns.Take() is { } chunk)
        {
            Give(chunk);
        }
    }

    /// <summary>As <see cref="Serve"/>, except that the next chunk is set aside, for its end to be committed.</summary>
    /// <returns>That chunk, to be followed by <see cref="EndCommit"/>.</returns>
    public Chunk? BeginCommit()
    {
        if (!IsWaiting || BeingCommitted is not null || TellFault())
        {
            return null;
        }

        return BeingCommitted = turns.Take();
    }

    /// <param name="isStored">False: it must not be seen yet.</param>
    public void EndCommit(bool isStored)
    {
        var chunk = BeingCommitted;
        BeingCommitted = null;
        Check.That(chunk is not null);
        if (chunk.Of.IsGone)
        {
            return;
        }

        if (isStored && IsWaiting && !chunk.Of.IsPaused)
        {
            Give(chunk);
        }
        else
        {
            turns.PutBack(chunk);
        }
    }

    /// <summary>Nothing more comes.</summary>
    /// <param name="why">Null: the application has said so.</param>
    public void End(BrokerException? why)
    {
        if (why is null)
        {
            _waiting?.TrySetResult(null);
        }
        else
        {
            _waiting?.TrySetException(why);
        }
    }

    private bool TellFault()
    {
        while (_faults.TryDequeue(out var fault))
        {
            if (fault.Of is { IsGone: true })
            {
                continue;    // it was sought again meanwhile
            }

            if (_waiting!.TrySetException(fault.Error))
            {
                fault.Of?.IsFaultTold = true;
            }
            else
            {
                _faults.Enqueue(fault);
            }

            return true;
        }

        return false;
    }

    private void Give(Chunk chunk)
    {
        if (_waiting!.TrySetResult(chunk))
        {
            IsBusy = true;
        }
        else
        {
            turns.PutBack(chunk);
        }
    }
}
