using Akka.Actor;

namespace ActorBroker.Client.Consuming;

/// <summary>One enumeration: takes chunks from the engine, and records out of them.</summary>
internal sealed class ConsumerEnumerator<TKey, TValue>(
    IActorRef engine, ConsumerBoard board, RecordCursor<TKey, TValue> cursor, Delivery delivery, Action ended, CancellationToken ct)
    : IAsyncEnumerator<ConsumeResult<TKey, TValue>>
{
    private ReturnedChunk? _returned;
    private ConsumeResult<TKey, TValue>? _current;
    private bool _isOver;

    /// <summary>The record in hand.</summary>
    public ConsumeResult<TKey, TValue> Current => _current ?? throw new InvalidOperationException("There is no record in hand.");

    /// <summary>Of the record in hand.</summary>
    public AssignedPartition? CurrentOf => cursor.Chunk?.Of;

    public ValueTask<bool> MoveNextAsync()
    {
        CountCurrent();
        ct.ThrowIfCancellationRequested();
        return TryNext() ? new ValueTask<bool>(true) : Fetch();
    }

    public ValueTask DisposeAsync()
    {
        if (!_isOver)
        {
            _isOver = true;
            PutAside(ChunkState.Unfinished);
            engine.Tell(new EndEnumeration(_returned), ActorRefs.NoSender);
            ended();
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>The record in hand was processed.</summary>
    private void CountCurrent()
    {
        if (_current is { } current)
        {
            cursor.Chunk?.Of.MoveTo(current.Offset + 1);
            _current = null;
        }
    }

    private bool TryNext()
    {
        if (cursor.Chunk is not { } chunk)
        {
            return false;
        }

        if (chunk.Of.IsGone || chunk.Of.IsPaused)
        {
            PutAside(ChunkState.Unfinished);
            return false;
        }

        if (NextOf(chunk) is not { } record)
        {
            chunk.Of.MoveTo(chunk.Next);
            PutAside(ChunkState.Consumed);
            return false;
        }

        _current = record;
        chunk.Of.Yielded(record.Offset + 1);
        if (delivery == Delivery.AtMostOnce)
        {
            chunk.Of.MoveTo(record.Offset + 1);
        }

        return true;
    }

    private ConsumeResult<TKey, TValue>? NextOf(Chunk chunk)
    {
        try
        {
            return cursor.Next();
        }
        catch (BrokerException damaged) when (damaged is not RecordFormatException)
        {
            _returned = new ReturnedChunk(chunk, ChunkState.Damaged);
            cursor.Load(null);
            throw;
        }
    }

    private async ValueTask<bool> Fetch()
    {
        while (true)
        {
            var reply = new TaskCompletionSource<Chunk?>(TaskCreationOptions.RunContinuationsAsynchronously);
            engine.Tell(new TakeCommand(reply, _returned), ActorRefs.NoSender);
            _returned = null;
            if (await Answer(reply).ConfigureAwait(false) is not { } chunk)
            {
                return false;
            }

            cursor.Load(chunk);
            if (TryNext())
            {
                return true;
            }
        }
    }

    private async Task<Chunk?> Answer(TaskCompletionSource<Chunk?> reply)
    {
        await using var cancelled = ct.UnsafeRegister(static (state, token) => ((TaskCompletionSource<Chunk?>)state!).TrySetCanceled(token), reply);
        await Task.WhenAny(reply.Task, board.Ended).ConfigureAwait(false);
        if (reply.Task.IsCompleted)
        {
            return await reply.Task.ConfigureAwait(false);
        }

        return await board.Ended.ConfigureAwait(false) is { } why ? throw why : null;
    }

    private void PutAside(ChunkState state)
    {
        if (cursor.Chunk is { } chunk)
        {
            _returned = new ReturnedChunk(chunk, state);
            cursor.Load(null);
        }
    }
}
